// What the feed and the search are read by; views, comments and saves of stories; and posters that are public.

import type { Knex } from 'knex';

// `array_to_string` is called stable for what some types print; of texts it prints the same always. Sections are a
// list of `{type, content}`, or an object by type as the column's default is one: only what they say is searched.
// The indexes of the feed hold what can be visible at all; who is visible, the query decides.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create extension if not exists pg_trgm;
    create function story_tag_words(tags text[]) returns text
      language sql immutable parallel safe
      as $$ select array_to_string(coalesce(tags, '{}'), ' ') $$;
    create function story_section_words(sections jsonb) returns jsonb
      language sql immutable parallel safe
      as $$ select case jsonb_typeof(sections)
        when 'array' then jsonb_path_query_array(sections, '$[*].content')
        when 'object' then sections else '[]' end $$;
    alter table stories
      add column search tsvector not null generated always as (
        setweight(to_tsvector('english', title), 'A') ||
        setweight(to_tsvector('english', story_tag_words(tags)), 'B') ||
        setweight(to_tsvector('english', description), 'C') ||
        setweight(jsonb_to_tsvector('english', story_section_words(coalesce(sections, '[]')), '["string"]'), 'D')
      ) stored,
      add column search_words text not null generated always as (
        lower(title || ' ' || story_tag_words(tags))) stored;
    create index stories_feed on stories (published_at desc, story_id desc) where ${SHOWABLE};
    create index stories_feed_category on stories (category, published_at desc, story_id desc) where ${SHOWABLE};
    create index stories_feed_maker on stories (maker_id, published_at desc, story_id desc) where ${SHOWABLE};
    create index stories_feed_tags on stories using gin (tags) where ${SHOWABLE};
    create index stories_search on stories using gin (search) where ${SHOWABLE};
    create index stories_search_words on stories using gin (search_words gin_trgm_ops) where ${SHOWABLE};

    create table public_posters (
      media_id uuid primary key references media_files,
      source_key varchar(500) not null,
      public_key varchar(500) not null,
      created_at timestamptz not null default now()
    );

    create table view_salts (
      day date primary key,
      salt bytea not null check (length(salt) = 32)
    );
    create table story_viewers (
      story_id uuid not null references stories,
      viewer bytea not null check (length(viewer) = 16),
      counted_at timestamptz not null default now(),
      primary key (story_id, viewer)
    );
    create index story_viewers_counted_at on story_viewers (counted_at);
    create table story_view_counts (
      story_id uuid primary key references stories,
      views bigint not null
    );

    create table comments (
      comment_id uuid primary key,
      story_id uuid not null references stories,
      author_id uuid not null references users,
      body text not null check (char_length(body) between 1 and 1000),
      created_at timestamptz not null default now(),
      deleted_at timestamptz,
      deleted_by uuid references users
    );
    create index comments_of_story on comments (story_id, created_at desc, comment_id desc) where deleted_at is null;
    create index comments_of_author on comments (author_id);

    create table saves (
      user_id uuid not null references users,
      story_id uuid not null references stories,
      created_at timestamptz not null default now(),
      primary key (user_id, story_id)
    );
    create index saves_newest on saves (user_id, created_at desc, story_id desc);
    create index saves_of_story on saves (story_id);
  `);
}

/** The extension stays: it may have been there before. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table saves, comments, story_view_counts, story_viewers, view_salts, public_posters;
    drop index stories_search_words, stories_search, stories_feed_tags, stories_feed_maker, stories_feed_category,
      stories_feed;
    alter table stories drop column search, drop column search_words;
    drop function story_section_words(jsonb);
    drop function story_tag_words(text[]);
  `);
}

const SHOWABLE = `status = 'published' and deleted_at is null and taken_down_at is null`;
