# Figures: Vega-Lite with inline rows, counted here; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"; grey <- "#666666"
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))
axis <- function(field, title, ...) list(field = field, type = "quantitative", title = title, ...)
loose <- list(zero = FALSE, nice = TRUE, padding = 12)

# Round breaks, 5 to 40 of them, after Freedman and Diaconis.
breaks_of <- function(x) {
  width <- 2 * IQR(x) / length(x)^(1 / 3)
  span <- max(x) - min(x)
  wanted <- if (width > 0) span / width else log2(length(x)) + 1
  pretty(range(x), n = min(max(round(wanted), 5), 40))
}

histogram_figure <- function(name, x, id) {
  x <- as.numeric(x)
  x <- x[is.finite(x)]
  if (length(unique(x)) < 2 || !is.finite(max(x) - min(x))) return(NULL)
  breaks <- breaks_of(x)
  counts <- tabulate(findInterval(x, breaks, rightmost.closed = TRUE), length(breaks) - 1)
  bars <- data.frame(from = head(breaks, -1), to = tail(breaks, -1), count = counts)
  middle <- data.frame(value = c(mean(x), median(x)), which = c("mean", "median"))
  title <- paste0("Distribution of ", brief(name, 60))
  list(name = id, title = title, alt = paste0("Histogram of ", quoted(name), ": ", length(x), " values in ", nrow(bars),
      " classes; the most frequent class begins at ", format(bars$from[which.max(counts)], digits = 6),
        ". Lines mark mean and median."),
    spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
      title = list(text = title, subtitle = paste0(format(length(x), big.mark = ","),
        " values; lines: mean and median"), anchor = "start"),
      width = 500, height = 240, layer = list(
        list(data = list(values = rows_of(bars)), mark = list(type = "bar", color = blue, opacity = 0.75,
          binSpacing = 1),
          encoding = list(x = axis("from", brief(name, 60), bin = list(binned = TRUE),
            scale = list(zero = FALSE), axis = list(tickCount = 7)), x2 = list(field = "to"),
            y = axis("count", "Number of rows", axis = list(tickMinStep = 1)))),
        list(data = list(values = rows_of(middle)), mark = list(type = "rule", strokeWidth = 2.5),
          encoding = list(x = axis("value", brief(name, 60)),
            color = list(field = "which", type = "nominal", title = NULL,
            scale = list(domain = I(c("mean", "median")), range = I(c(vermilion, "#000000"))),
              legend = list(orient = "bottom")),
            strokeDash = list(field = "which", type = "nominal", title = NULL,
              scale = list(domain = I(c("mean", "median")), range = list(I(c(1, 0)), I(c(6, 3))))))))))
}

# Box after Tukey: whiskers to the last values within 1.5 interquartile ranges, at most 60 values shown beyond them.
box_of <- function(x, label) {
  q <- quantile(x, c(0.25, 0.5, 0.75), names = FALSE)
  reach <- 1.5 * (q[3] - q[1])
  inside <- x[x >= q[1] - reach & x <= q[3] + reach]
  beyond <- sort(unique(x[x < q[1] - reach | x > q[3] + reach]))
  if (length(beyond) > 60) beyond <- beyond[unique(round(seq(1, length(beyond), length.out = 60)))]
  list(box = data.frame(label = label, low = min(inside), q1 = q[1], median = q[2], q3 = q[3], high = max(inside)),
    beyond = if (length(beyond) > 0) data.frame(label = label, value = beyond))
}

box_layers <- function(parts, x_title, label_title) {
  boxes <- do.call(rbind, lapply(parts, `[[`, "box"))
  beyond <- do.call(rbind, lapply(parts, `[[`, "beyond"))
  y <- list(field = "label", type = "nominal", sort = NULL, title = label_title, axis = list(labelLimit = 150))
  layer <- function(frame, mark, ...) list(data = list(values = rows_of(frame)), mark = mark,
    encoding = list(y = y, ...))
  x <- function(field) axis(field, x_title, scale = loose, axis = list(tickCount = 7))
  c(list(layer(boxes, list(type = "rule", color = grey), x = x("low"), x2 = list(field = "high")),
      layer(boxes, list(type = "bar", color = blue, opacity = 0.6, size = 18), x = x("q1"), x2 = list(field = "q3")),
      layer(boxes, list(type = "tick", color = "#000000", thickness = 2, size = 18), x = x("median"))),
    if (!is.null(beyond)) list(layer(beyond, list(type = "point", color = vermilion, size = 24), x = x("value"))))
}

box_figure <- function(parts, id, title, subtitle, x_title, label_title, alt) list(name = id, title = title, alt = alt,
  spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
    title = list(text = title, subtitle = subtitle, anchor = "start"),
    width = 450, height = max(70, 34 * length(parts) + 20), layer = box_layers(parts, x_title, label_title)))

finite_of <- function(x) { x <- as.numeric(x); x[is.finite(x)] }
box_note <- "box: middle half; tick: median; line: within 1.5 box lengths; circles: values beyond"

# All numeric columns beside each other, each in units of its own spread.
columns_figure <- function(data, names) {
  parts <- lapply(names, function(name) {
    x <- finite_of(data[[name]])
    spread <- if (length(x) > 1) sd(x) else NA
    if (is.finite(spread) && spread > 0) box_of((x - mean(x)) / spread, brief(name, 30))
  })
  parts <- Filter(Negate(is.null), parts)
  if (length(parts) == 0) return(NULL)
  labels <- make.unique(vapply(parts, function(p) p$box$label, ""))
  for (i in seq_along(parts)) { parts[[i]]$box$label <- labels[i]; if (!is.null(parts[[i]]$beyond)) parts[[i]]$beyond$label <- labels[i] }
  box_figure(parts, "boxes", "Numeric columns compared", box_note, "Standard deviations from the mean", NULL,
    paste0("Box plots of ", length(parts), " numeric columns, each in its own standard deviations from its mean."))
}

# One column by the levels of another.
by_figure <- function(name, x, groups, by, id) {
  parts <- Filter(Negate(is.null), lapply(seq_along(groups$labels), function(k) {
    v <- finite_of(x[which(groups$codes == k)])
    if (length(v) > 0) box_of(v, brief(groups$labels[k], 30))
  }))
  if (length(parts) == 0) return(NULL)
  box_figure(parts, id, paste0(brief(name, 40), " by ", brief(by, 40)), box_note, brief(name, 60), brief(by, 30),
    paste0("Box plots of ", quoted(name), " for ", length(parts), " levels of ", quoted(by), "."))
}
