// The player's icons, drawn here so that they look the same wherever fonts lack them.

const PATHS = {
  play: 'M7 4l13 8-13 8z',
  pause: 'M6 4h4v16H6zM14 4h4v16h-4z',
  sound:
    'M3 9h4l5-5v16l-5-5H3zM15 8a5 5 0 010 8v-2a3 3 0 000-4zM15 4a9 9 0 010 16v-2a7 7 0 000-12z',
  muted: 'M3 9h4l5-5v16l-5-5H3zM15 9l2-1 2 3 2-3 1 1-2 3 2 3-1 1-2-3-2 3-1-1 2-3z',
  fullscreen: 'M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z',
} as const;

export const Icon = ({ name }: { name: keyof typeof PATHS }) => (
  <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
