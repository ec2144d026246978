// The page about a place.

import { configuration, offerDevice } from "./here/device.js";

offerDevice(configuration());
