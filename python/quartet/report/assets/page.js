"use strict";
// Draws the figures in the colours of the theme: that of the system, or the one chosen by the button.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const theme = () => {
    const axis = {
      gridcolor: colour("--grid"), linecolor: colour("--line"), zerolinecolor: colour("--muted"),
      tickcolor: "rgba(0,0,0,0)", ticks: "outside", ticklen: 5, automargin: true, zerolinewidth: 1,
      title: { standoff: 8, font: { size: 12 } },
    };
    return {
      layout: {
        font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("--ink") },
        // The card's colour, so that a chart saved as a picture has its own paper.
        paper_bgcolor: colour("--card"), plot_bgcolor: "rgba(0,0,0,0)", xaxis: axis, yaxis: axis,
        // Labels of bars are of one size, however narrow the bars are.
        uniformtext: { minsize: root.clientWidth < 500 || root.dataset.print ? 9 : 11, mode: "show" },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--line"), activecolor: colour("--ink") },
        hoverlabel: { bgcolor: colour("--card"), bordercolor: colour("--line"), font: { color: colour("--ink") } },
      },
    };
  };

  const draw = (chart) => {
    const figure = parsed(chart.dataset.figure);
    // Two charts, the key figures and the table shall fit on a sheet.
    const height = Math.round(figure.layout.height * (root.dataset.print ? 0.66 : 1));
    chart.style.height = `${height}px`;
    const margin = { l: 8, r: 8, t: figure.layout.showlegend === false ? 10 : 26, b: 8 };
    const layout = { ...figure.layout, height, margin, template: theme(), autosize: true };
    const config = {
      responsive: true, displaylogo: false, displayModeBar: chart.dataset.bar ? "hover" : false,
      toImageButtonOptions: { format: "png", scale: 2, filename: chart.id },
      modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
    };
    return Plotly.react(chart, figure.data, layout, config);
  };
  const drawAll = () => Promise.all([...document.querySelectorAll(".chart")].map(draw));

  const apply = (name) => { root.dataset.theme = name; return drawAll(); };
  let chosen = null;
  const present = () => chosen || (dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => { if (!chosen) apply(present()); });
  document.getElementById("theme").addEventListener("click", () => {
    chosen = present() === "dark" ? "light" : "dark";
    apply(chosen);
  });

  const symbol = document.getElementById("symbol");
  if (symbol) {
    const notes = parsed("price-notes");
    const chart = document.getElementById("price");
    const note = document.getElementById("price-note");
    const choose = () => {
      chart.dataset.figure = symbol.value;
      note.textContent = notes[symbol.selectedOptions[0].textContent] || "";
      return draw(chart);
    };
    symbol.addEventListener("change", choose);
    note.textContent = notes[symbol.selectedOptions[0].textContent] || "";
  }

  for (const choices of document.querySelectorAll(".choices")) {
    choices.addEventListener("change", () => {
      const chart = document.getElementById(choices.dataset.chart);
      chart.dataset.figure = choices.value;
      document.getElementById(`${chart.id}-note`).textContent = choices.selectedOptions[0].dataset.note;
      return draw(chart);
    });
  }

  // On paper the page has another width than on the screen, and no dark theme.
  window.addEventListener("beforeprint", () => { root.dataset.print = "yes"; apply("light"); });
  window.addEventListener("afterprint", () => { delete root.dataset.print; apply(present()); });
  apply(present()).then(() => { root.dataset.drawn = "yes"; });
})();
