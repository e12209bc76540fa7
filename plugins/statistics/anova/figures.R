# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"; grey <- "#666666"
palette <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
most_points <- 2000
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))
axis <- function(field, title, ...) list(field = field, type = "quantitative", title = title,
  scale = list(zero = FALSE, nice = TRUE, padding = 12), axis = list(tickCount = 7), ...)
offsets <- function(n) 30 * (((seq_len(n) * 0.6180339887498949) %% 1) - 0.5)
spec_of <- function(title, subtitle, height, layer, width = 470) list(
  `$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
  title = list(text = title, subtitle = subtitle, anchor = "start"), width = width, height = height, layer = layer)

frame_of <- function(cells) data.frame(mean = vapply(cells, `[[`, 0, "mean"), low = vapply(cells, `[[`, 0, "ci_low"),
  high = vapply(cells, `[[`, 0, "ci_high"))

# One factor: every value, the mean of each group and its own interval.
groups_figure <- function(input, cells, level) {
  factor <- input$factors[[1]]
  labels <- make.unique(vapply(factor$labels, brief, "", most = 40))
  y <- brief(input$response, 50)
  band <- list(field = "group", type = "nominal", sort = NULL, title = brief(factor$name, 30),
    axis = list(labelLimit = 150, grid = FALSE))
  detailed <- length(input$y) <= most_points
  points <- if (detailed) {
    order <- order(factor$codes, input$y)
    frame <- data.frame(group = labels[factor$codes[order]], value = input$y[order],
      offset = unlist(lapply(tabulate(factor$codes, length(labels)), offsets)))
    list(list(data = list(values = rows_of(frame)), mark = list(type = "point", filled = TRUE, opacity = 0.5, size = 30,
      color = blue), encoding = list(y = band, x = axis("value", y), yOffset = list(field = "offset",
      type = "quantitative", scale = list(domain = I(c(-30, 30)))))))
  }
  means <- cbind(data.frame(group = labels), frame_of(cells))
  drawn <- means[is.finite(means$low), ]
  interval <- list(
    if (nrow(drawn) > 0) list(data = list(values = rows_of(drawn)), mark = list(type = "rule", color = vermilion,
      strokeWidth = 3), encoding = list(y = band, x = axis("low", y), x2 = list(field = "high"))),
    list(data = list(values = rows_of(means[c("group", "mean")])), mark = list(type = "point", shape = "diamond",
      filled = TRUE, size = 130, opacity = 1, color = vermilion), encoding = list(y = band, x = axis("mean", y))))
  list(name = "groups", title = "Values and means of the groups", alt = paste0("Mean of ", quoted(input$response),
    " in each group of ", quoted(factor$name), ", with its ", percent(level), " interval",
    if (detailed) " and every value", "."), spec = spec_of("Values and means of the groups", paste0(
    if (detailed) "points: values; ", "diamond and thick line: mean with ", percent(level), " interval of the group alone"),
    max(120, 62 * length(labels)), c(points, Filter(Negate(is.null), interval))))
}

# Two factors or more: the means over the first, a line for each level of the second.
cells_figure <- function(input, level) {
  two <- input
  two$factors <- input$factors[1:2]
  cells <- cells_of(two, level)
  labels <- lapply(two$factors, function(f) make.unique(vapply(f$labels, brief, "", most = 30)))
  at <- lapply(1:2, function(i) match(vapply(cells, function(c) c$levels[i], ""), two$factors[[i]]$labels))
  frame <- cbind(data.frame(x = labels[[1]][at[[1]]], line = labels[[2]][at[[2]]]), frame_of(cells))
  y <- paste("Mean of", brief(input$response, 40))
  x <- list(field = "x", type = "nominal", sort = I(labels[[1]]), title = brief(two$factors[[1]]$name, 40),
    axis = list(labelAngle = 0, labelLimit = 120))
  color <- list(field = "line", type = "nominal", sort = I(labels[[2]]), title = brief(two$factors[[2]]$name, 30),
    scale = list(range = I(rep_len(palette, length(labels[[2]])))))
  shift <- list(field = "line", type = "nominal", sort = I(labels[[2]]))
  drawn <- frame[is.finite(frame$low), ]
  layer <- list(
    list(data = list(values = rows_of(frame)), mark = list(type = "line", strokeWidth = 2),
      encoding = list(x = x, xOffset = shift, y = axis("mean", y), color = color)),
    if (nrow(drawn) > 0) list(data = list(values = rows_of(drawn)), mark = list(type = "rule", strokeWidth = 2),
      encoding = list(x = x, xOffset = shift, y = axis("low", y), y2 = list(field = "high"), color = color)),
    list(data = list(values = rows_of(frame)), mark = list(type = "point", filled = TRUE, size = 80, opacity = 1),
      encoding = list(x = x, xOffset = shift, y = axis("mean", y), color = color)))
  list(name = "interaction", title = "Means of the cells", alt = paste0("Mean of ", quoted(input$response),
    " for each level of ", quoted(two$factors[[1]]$name), ", a line for each level of ", quoted(two$factors[[2]]$name),
    ". Lines that are not parallel mean that one factor acts differently at the levels of the other."),
    spec = spec_of("Means of the cells", paste0("with the ", percent(level),
      " interval of each cell alone; parallel lines mean no interaction"), 300, Filter(Negate(is.null), layer), 430))
}

normal_figure <- function(fit) {
  r <- sort(fit$residuals / fit$sigma)
  n <- length(r)
  kept <- if (n <= most_points) seq_len(n) else unique(round(seq(1, n, length.out = most_points)))
  points <- data.frame(theoretical = qnorm(ppoints(n))[kept], residual = r[kept])
  ends <- qnorm(ppoints(n))[c(1, n)]
  encoding <- list(x = axis("theoretical", "Normal quantile"), y = axis("residual", "Residual, in its standard deviations"))
  list(name = "normal-plot", title = "Normal plot of the residuals",
    alt = "Residuals against the quantiles of a normal distribution. Points along the line mean normal residuals.",
    spec = spec_of("Normal plot of the residuals", "points on the line mean a normal distribution", 300, list(
      list(data = list(values = rows_of(data.frame(theoretical = ends, residual = ends))),
        mark = list(type = "line", color = grey, strokeDash = I(c(4, 4))), encoding = encoding),
      list(data = list(values = rows_of(points)), mark = list(type = "point", filled = TRUE, opacity = 0.6, size = 36,
        color = blue), encoding = encoding))))
}

figures_of <- function(input, fit, cells, level) Filter(Negate(is.null), list(
  if (length(input$factors) == 1) groups_figure(input, cells, level) else cells_figure(input, level),
  if (!fit$perfect) normal_figure(fit)))
