"use strict";

VIEWS.trends = {
  start() {},

  show() {
    return [];
  },
};
