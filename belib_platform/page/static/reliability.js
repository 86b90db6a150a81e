"use strict";

VIEWS.reliability = {
  start() {},

  show() {
    return [];
  },
};
