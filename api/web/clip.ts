// A clip as the API tells it to the pages.

export interface Clip {
  readonly media_id: string;
  readonly story_id: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'failed';
  readonly stage: string;
  readonly percent: number;
  readonly playable: boolean;
  readonly filename: string;
  readonly context: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly can_retry: boolean;
  readonly can_cancel: boolean;
  readonly degraded: readonly {
    readonly rendition?: string | null;
    readonly rules: readonly string[];
  }[];
  readonly source: {
    readonly audio_tracks: readonly {
      readonly index: number;
      readonly codec: string;
      readonly channels: number;
      readonly language: string | null;
      readonly title: string | null;
      readonly default: boolean;
    }[];
  } | null;
  readonly audio_track?: number | null;
  /** Those that viewers can choose. */
  readonly captions: readonly { readonly language: string; readonly label: string }[];
  readonly renditions: readonly { readonly name: string }[];
  readonly duration_ms: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly placeholder: string | null;
  readonly thumbnail_url: string | null;
  readonly version: number;
}

export interface Picture {
  readonly image_id: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'failed';
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly sizes: readonly { readonly width: number; readonly jpeg_url: string }[];
}

export interface Story {
  readonly story_id: string;
  readonly title: string;
  readonly description: string;
  readonly status: string;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly maker: {
    readonly maker_id: string;
    readonly display_name: string;
    readonly avatar_url: string | null;
    readonly bio: string | null;
  };
  readonly media: {
    readonly carousel: readonly {
      readonly media_id: string;
      readonly video_url: string | null;
      readonly thumbnail_url: string | null;
      readonly context: string | null;
      readonly duration: number | null;
      readonly width: number | null;
      readonly height: number | null;
      readonly placeholder: string | null;
      readonly status: Clip['status'];
    }[];
  };
  readonly cover: Pick<Picture, 'sizes'> | null;
  readonly sections: readonly {
    readonly type: string;
    readonly content: string;
    readonly picture?: Pick<Picture, 'sizes'>;
  }[];
  readonly pricing: { readonly minimum_offer: number; readonly currency: string };
  readonly sale: {
    readonly state: 'open' | 'auction' | 'sold';
    readonly auction_id: string | null;
  };
  readonly created_at: string;
  /** Of its words: whoever changes them says what they saw. */
  readonly etag: string;
}

const STAGES: Record<string, string> = {
  uploading: 'Uploading',
  queued: 'Waiting for a worker',
  admitting: 'Checking the file',
  encoding: 'Encoding',
  packaging: 'Packaging',
  publishing: 'Finishing',
  completed: 'Ready',
};

/** The stage in words a maker reads. */
export const stageInWords = (clip: Clip): string =>
  clip.status === 'failed' ? 'Failed' : (STAGES[clip.stage] ?? clip.stage);
