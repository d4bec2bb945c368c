// The page at Stories.

export function FeedPage() {
  return <h1>Stories</h1>;
}
