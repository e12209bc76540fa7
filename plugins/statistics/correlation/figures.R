# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"
most_points <- 2000
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))
axis <- function(field, title) list(field = field, type = "quantitative", title = title,
  scale = list(zero = FALSE, nice = TRUE, padding = 12), axis = list(tickCount = 7))
spec_of <- function(title, subtitle, width, height, layer) list(
  `$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
  title = list(text = title, subtitle = subtitle, anchor = "start"), width = width, height = height, layer = layer)

matrix_figure <- function(names, pairs, options) {
  labels <- make.unique(vapply(names, brief, "", most = 24))
  at <- function(side) match(vapply(pairs, `[[`, "", side), names)
  estimate <- vapply(pairs, `[[`, 0, "estimate")
  frame <- data.frame(x = labels[c(at("x"), at("y"))], y = labels[c(at("y"), at("x"))], r = rep(estimate, 2),
    label = rep(sub("^(-?)0\\.", "\\1.", sprintf("%.2f", estimate)), 2))
  nominal <- function(field) list(field = field, type = "nominal", sort = I(labels), title = NULL,
    axis = list(labelLimit = 130, labelAngle = if (field == "x") -40 else 0))
  text <- function(frame, color) list(data = list(values = rows_of(frame)), mark = list(type = "text", color = color),
    encoding = list(x = nominal("x"), y = nominal("y"), text = list(field = "label", type = "nominal")))
  dark <- abs(frame$r) > 0.6
  side <- max(150, min(520, 52 * length(names)))
  layer <- c(list(list(data = list(values = rows_of(frame)), mark = list(type = "rect"), encoding = list(x = nominal("x"),
    y = nominal("y"), color = list(field = "r", type = "quantitative", title = symbol_of[[options$method]],
      scale = list(domain = I(c(-1, 0, 1)), range = I(c("#B2182B", "#F7F7F7", "#2166AC"))))))),
    if (length(names) <= 15) c(if (any(!dark)) list(text(frame[!dark, ], "black")), if (any(dark)) list(text(frame[dark, ], "white"))))
  strongest <- pairs[[which.max(abs(estimate))]]
  list(name = "matrix", title = "All correlations", alt = paste0("Correlation of every pair of ", length(names),
    " columns. The strongest is that of ", quoted(strongest$x), " and ", quoted(strongest$y), ", ", fmt(strongest$estimate, 3), "."),
    spec = spec_of("All correlations", "blue: they rise together, red: one falls as the other rises", side, side, layer))
}

scatter_figure <- function(pair, data, options) {
  n <- length(data$x)
  kept <- if (n <= most_points) seq_len(n) else unique(round(seq(1, n, length.out = most_points)))
  frame <- data.frame(x = data$x[kept], y = data$y[kept])
  encoding <- list(x = axis("x", brief(pair$x, 50)), y = axis("y", brief(pair$y, 50)))
  line <- if (options$method == "pearson") {
    slope <- pair$estimate * sd(data$y) / sd(data$x)
    ends <- range(data$x)
    list(list(data = list(values = rows_of(data.frame(x = ends, y = mean(data$y) + slope * (ends - mean(data$x))))),
      mark = list(type = "line", color = vermilion, strokeWidth = 2), encoding = encoding))
  }
  list(name = "scatter", title = "The strongest correlation", alt = paste0("Each row as a point: ", quoted(pair$y), " against ",
    quoted(pair$x), ", ", symbol_of[[options$method]], " = ", fmt(pair$estimate, 3), ".", if (!is.null(line)) " The line is fitted by least squares."),
    spec = spec_of(paste(brief(pair$y, 30), "against", brief(pair$x, 30)), paste0(symbol_of[[options$method]], " = ",
      fmt(pair$estimate, 3), ", ", n, " rows", if (length(kept) < n) paste0(", ", length(kept), " of them drawn"),
      if (!is.null(line)) "; line by least squares"), 430, 320, c(list(list(data = list(values = rows_of(frame)),
      mark = list(type = "point", filled = TRUE, opacity = 0.55, size = 36, color = blue), encoding = encoding)), line)))
}

# With columns held fixed the plain scatter would show another correlation: what is left of both is drawn.
figures_of <- function(names, pairs, data, options) {
  at <- which.max(abs(vapply(pairs, `[[`, 0, "estimate")))
  shown <- data[[at]]
  if (length(shown$controls) > 0) {
    prepare <- if (options$method == "spearman") rank else identity
    controls <- lapply(shown$controls, prepare)
    shown <- list(x = rest_of(prepare(shown$x), controls), y = rest_of(prepare(shown$y), controls))
  }
  c(if (length(names) > 2) list(matrix_figure(names, pairs, options)), list(scatter_figure(pairs[[at]], shown, options)))
}
