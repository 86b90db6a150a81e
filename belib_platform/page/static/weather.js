"use strict";

VIEWS.weather = {
  start() {},

  show() {
    return [];
  },
};
