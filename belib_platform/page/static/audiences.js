"use strict";

VIEWS.audiences = {
  start() {},

  show() {
    return [];
  },
};
