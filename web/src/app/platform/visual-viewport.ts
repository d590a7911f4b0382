/**
 * Keeps `--viewport` at the height that is really visible. Browsers that shrink the page for the keyboard do so by themselves; one that
 * lays the keyboard over the page tells only here, and the composer would lie under it.
 */
export function followVisualViewport(): void {
  const visible = window.visualViewport;
  if (visible === null) return;
  const follow = () => {
    // a zoomed page is looked at through a smaller window on purpose
    if (visible.scale > 1.01) return;
    document.documentElement.style.setProperty('--viewport', `${visible.height}px`);
    if (visible.offsetTop > 0) window.scrollTo(0, 0);
  };
  visible.addEventListener('resize', follow);
  visible.addEventListener('scroll', follow);
  follow();
}
