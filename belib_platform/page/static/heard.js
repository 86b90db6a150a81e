// What the API tells of by itself: while the view of now is shown, it is asked for again soon after something changed.
// Whether this works or not, the view is asked for every minute.
"use strict";

const KINDS = ["state_changed", "day_rewritten"];
const SOON_MS = 1000; // changes of one poll come together
const PATIENCE_MS = 2000; // how long figures wait for the stream

const heard = {
  stream: null,
  address: "",
  opened: Promise.resolve(), // once changes are heard of, if they are wanted, or soon; questions wait for it
  timer: 0,

  // Listen to changes of the network that is shown, if they are wanted, while somebody looks.
  listen(areWanted) {
    const address = areWanted && !document.hidden ? `v1/stream?network=${network().name}` : "";
    if (address === this.address && !(this.stream && this.stream.readyState === EventSource.CLOSED)) return;
    if (this.stream) this.stream.close();
    this.address = address;
    this.stream = address ? new EventSource(address) : null;
    for (const kind of address ? KINDS : []) this.stream.addEventListener(kind, () => this.soon());
    this.opened = address ? this.opening(this.stream) : Promise.resolve();
  },

  opening(stream) {
    return new Promise((resolve) => {
      let isLate = false;
      const goOn = () => {
        isLate = true;
        resolve();
      };
      stream.addEventListener("open", () => {
        newsHeard += 1; // of what changed before, nothing was heard
        if (isLate) this.soon();
        resolve();
      }, { once: true });
      stream.addEventListener("error", goOn, { once: true });
      setTimeout(goOn, PATIENCE_MS);
    });
  },

  soon() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      newsHeard += 1;
      show();
    }, SOON_MS);
  },
};
