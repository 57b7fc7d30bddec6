// The tabs of the demo on a narrow screen: tapping one brings its pane, swiping a pane marks its tab.

const tabs = new Map([...document.querySelectorAll('.tabs a')].map((tab) => [document.querySelector(tab.hash), tab]));

const watch = new IntersectionObserver((panes) => {
  for (const { target, isIntersecting } of panes) {
    if (isIntersecting) tabs.get(target).setAttribute('aria-current', 'true');
    else tabs.get(target).removeAttribute('aria-current');
  }
}, { threshold: 0.6 });

for (const [pane, tab] of tabs) {
  watch.observe(pane);
  tab.addEventListener('click', (event) => {
    event.preventDefault();  // no entry in the history for a glance aside
    pane.scrollIntoView({ inline: 'start', block: 'nearest' });
  });
}
