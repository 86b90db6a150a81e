"use strict";

VIEWS.data = {
  start() {},

  show() {
    return [];
  },
};
