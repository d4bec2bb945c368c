import { Component, type ReactNode } from 'react';

interface Props {
  /** Another one gives the pages another chance. */
  readonly path: string;
  readonly children: ReactNode;
}

/** Shows words where a page's code could not be loaded or broke, in place of nothing at all. */
export class PageTrouble extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidUpdate({ path }: Props) {
    if (path !== this.props.path && this.state.broken) this.setState({ broken: false });
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div className="notice" role="alert">
        <h1>This page cannot be shown right now</h1>
        <button type="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    );
  }
}
