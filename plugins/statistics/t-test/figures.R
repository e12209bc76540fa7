# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"; grey <- "#666666"
most_points <- 2000
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))
axis <- function(field, title, ...) list(field = field, type = "quantitative", title = title,
  scale = list(zero = FALSE, nice = TRUE, padding = 12), axis = list(tickCount = 7), ...)

# Interval of one mean from its own standard deviation.
mean_interval <- function(x, conf_level) {
  half <- if (length(x) > 1) qt((1 + conf_level) / 2, length(x) - 1) * sd(x) / sqrt(length(x)) else NA
  data.frame(mean = mean(x), low = mean(x) - half, high = mean(x) + half)
}

# Places beside the middle of the band that do not depend on chance: the golden ratio spreads neighbours apart.
offsets <- function(n) 30 * (((seq_len(n) * 0.6180339887498949) %% 1) - 0.5)

groups_figure <- function(samples, labels, name, title, alt, value_title, conf_level, grouping = NULL, rule = NULL) {
  labels <- make.unique(vapply(labels, brief, "", most = 40))
  band <- list(field = "group", type = "nominal", sort = NULL,
    title = if (!is.null(grouping)) brief(grouping, 30), axis = list(labelLimit = 150, grid = FALSE))
  count <- sum(lengths(samples))
  detailed <- count <= most_points
  spread <- if (detailed) {
    order <- lapply(samples, order)
    points <- data.frame(group = rep(labels, lengths(samples)),
      value = unlist(lapply(seq_along(samples), function(i) samples[[i]][order[[i]]])),
      offset = unlist(lapply(lengths(samples), offsets)))
    list(list(data = list(values = rows_of(points)),
      mark = list(type = "point", filled = TRUE, opacity = 0.5, size = 30, color = blue),
      encoding = list(y = band, x = axis("value", value_title), yOffset = list(field = "offset", type = "quantitative",
        scale = list(domain = I(c(-30, 30)))))))
  } else {
    boxes <- do.call(rbind, lapply(seq_along(samples), function(i) {
      q <- quantile(samples[[i]], c(0.05, 0.25, 0.5, 0.75, 0.95), names = FALSE)
      data.frame(group = labels[i], p5 = q[1], q1 = q[2], q2 = q[3], q3 = q[4], p95 = q[5])
    }))
    list(list(data = list(values = rows_of(boxes)), mark = list(type = "rule", color = blue, opacity = 0.6),
        encoding = list(y = band, x = axis("p5", value_title), x2 = list(field = "p95"))),
      list(data = list(values = rows_of(boxes)), mark = list(type = "bar", color = blue, opacity = 0.35, size = 26),
        encoding = list(y = band, x = axis("q1", value_title), x2 = list(field = "q3"))))
  }
  means <- cbind(data.frame(group = labels), do.call(rbind, lapply(samples, mean_interval, conf_level = conf_level)))
  means <- means[is.finite(means$low), ]
  interval <- list(list(data = list(values = rows_of(means)),
    mark = list(type = "rule", color = vermilion, strokeWidth = 3),
      encoding = list(y = band, x = axis("low", value_title), x2 = list(field = "high"))),
    list(data = list(values = rows_of(means)), mark = list(type = "point", shape = "diamond", filled = TRUE,
      size = 130, opacity = 1, color = vermilion),
      encoding = list(y = band, x = axis("mean", value_title))))
  line <- if (!is.null(rule)) list(list(data = list(values = list(list(mu = rule))),
    mark = list(type = "rule", color = grey, strokeDash = I(c(4, 4))),
    encoding = list(x = axis("mu", value_title))))
  subtitle <- paste0(if (detailed) "points: values" else "bar: middle half, line: middle 90 %",
    "; diamond and thick line: mean with ", fmt(100 * conf_level, 3),
    " % interval", if (!is.null(rule)) "; dashed: hypothesis")
  list(name = name, title = title, alt = alt, spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
    title = list(text = title, subtitle = subtitle, anchor = "start"), width = 470, height = 90 * length(samples) + 30,
    layer = c(line, spread, if (nrow(means) > 0) interval)))
}

figures_of <- function(read, design, mu, conf_level) {
  measure <- brief(read$measure, 50)
  level <- paste0(fmt(100 * conf_level, 3), " % interval")
  groups <- groups_figure(read$samples, read$labels, "groups",
    if (length(read$samples) == 1) "Values and their mean" else "Values and means of the groups",
    paste0(if (length(read$samples) == 1) "Values" else "Values of both groups", " of ", quoted(read$measure),
      " with the mean and its ", level, "."), measure, conf_level,
    grouping = read$grouping, rule = if (design == "one_sample") mu)
  if (design != "paired") return(list(groups))
  title <- "Differences within pairs"
  list(groups_figure(list(read$difference), "difference", "differences", title,
    paste0("Difference of every pair, with the mean difference and its ", level, "."),
    paste0(brief(read$labels[1], 25), " minus ", brief(read$labels[2], 25)), conf_level, rule = mu), groups)
}
