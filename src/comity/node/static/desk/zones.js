"use strict";
// The time zone of this browser is offered first in the list of time zones.

const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const list of document.querySelectorAll("datalist[data-zones]")) {
  const found = Array.from(list.options).find((one) => one.value === own);
  if (found) list.prepend(found);
}
