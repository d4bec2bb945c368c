// The page at Maker.

export function MakerPage() {
  return <h1>Maker</h1>;
}
