// Starts the design system's behaviour; pages are whole without it.
import { initAll } from 'nhsuk-frontend';

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported');
initAll();
