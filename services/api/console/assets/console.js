// The start of every page. The modules below find their parts by data attributes.
import "./frame.js";
import "./session.js";
import "./player.js";
import "./offline.js";
import "./shortcuts.js";
import "./jobs.js";
import "./library.js";
import "./track.js";
import "./waveform.js";
