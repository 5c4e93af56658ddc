// Pictures and sliders in words, for who has the page read aloud: JupyterLab and ipywidgets leave them without.
// Written as JupyterLab loads any extension, by hand, so that nothing needs to be built: init and get of module federation.

let shared; // modules of JupyterLab itself, by name and version

async function ours(name) {
  const [version] = Object.values(shared[name]);
  return (await version.get())();
}

// The words of a picture are kept with it, as metadata of its output.
function describePictures(rendermime) {
  const drawing = rendermime.getFactory('image/png');
  const createRenderer = options => {
    const picture = drawing.createRenderer(options);
    const draw = picture.renderModel;
    picture.renderModel = async model => {
      await draw.call(picture, model);
      const { alt } = model.metadata[options.mimeType] ?? {};
      if (alt) picture.node.querySelector('img').alt = alt;
    };
    return picture;
  };
  rendermime.addFactory({ ...drawing, createRenderer });
}

function nameSlider(slider) {
  const name = slider.querySelector('.widget-label').textContent;
  const readout = slider.querySelector('.widget-readout');
  const handles = slider.querySelectorAll('.noUi-handle');
  handles.forEach(handle => handle.setAttribute('aria-label', name));
  if (handles.length === 1) handles[0].setAttribute('aria-valuetext', readout.textContent);
  readout.setAttribute('role', 'textbox');
  readout.setAttribute('aria-label', name);
}

// What a panel shows once its slider was moved is said too; the element that says it has to be there before.
function sayChanges() {
  const status = document.body.appendChild(document.createElement('div'));
  status.setAttribute('role', 'status');
  status.style = 'position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%)';
  let waiting;
  return output => {
    if (!output.parentNode.contains(document.activeElement)) return;
    clearTimeout(waiting); // a picture comes in several steps
    waiting = setTimeout(() => {
      const words = [...output.querySelectorAll('img')].map(picture => picture.alt);
      status.textContent = [...words, output.textContent].join(' ');
    }, 100);
  };
}

function watch() {
  const say = sayChanges();
  const changed = changes => {
    for (const place of new Set(changes.map(change => change.target))) {
      const slider = place.closest('.widget-slider');
      const output = place.closest('.widget-output');
      (slider ? [slider] : place.querySelectorAll('.widget-slider')).forEach(nameSlider);
      if (output) say(output);
    }
  };
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
}

const plugin = async () => ({
  id: 'workbook:said',
  autoStart: true,
  requires: [(await ours('@jupyterlab/rendermime')).IRenderMimeRegistry],
  activate: (app, rendermime) => {
    describePictures(rendermime);
    watch();
  }
});

(window._JUPYTERLAB ??= {}).workbook = {
  init: scope => { shared = scope; },
  get: async () => {
    const found = { __esModule: true, default: await plugin() };
    return () => found;
  }
};
