// Where the script begins: on the page, or in the Worker that the page makes of it.

import { Page } from "./page.js";
import { serve } from "./work.js";

if (typeof document === "undefined") serve(globalThis);
else new Page(document.currentScript.textContent).open();
