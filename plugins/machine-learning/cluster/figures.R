# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

grey <- "#666666"
# Okabe and Ito's colours first, which most eyes tell apart; then others.
palette <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D31", "#000000", "#7B4173", "#637939",
  "#843C39", "#3182BD", "#31A354", "#756BB1", "#636363", "#E6550D", "#9C9EDE", "#B5CF6B", "#E7969C", "#BDBDBD")
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))

figure_base <- function(title, subtitle, width, height, layer) list(
  `$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
  title = list(text = title, subtitle = subtitle, anchor = "start"), width = width, height = height, layer = layer)

axis <- function(field, title, ...) list(field = field, type = "quantitative", title = title,
  scale = list(zero = FALSE, nice = TRUE, padding = 12), axis = list(tickCount = 7), ...)
colour_of <- function(k) list(field = "cluster", type = "nominal", title = "Cluster", scale = list(
  domain = I(as.character(seq_len(k))), range = I(rep(palette, length.out = k))))
layer_of <- function(frame, mark, ...) list(data = list(values = rows_of(frame)), mark = mark, encoding = list(...))

# Two directions to look from: the columns themselves where there are two, else the first two principal components.
view_of <- function(input) {
  if (ncol(input$x) == 1) return(list(points = cbind(input$raw[, 1], 0), loadings = NULL,
    titles = c(brief(input$columns, 50), ""), kind = "the column"))
  if (ncol(input$x) == 2) return(list(points = input$raw, loadings = NULL,
    titles = vapply(input$columns, brief, "", most = 50), kind = "the two columns"))
  e <- eigen(stats::cov(input$x), symmetric = TRUE)
  loadings <- apply(e$vectors[, 1:2], 2, function(v) v * sign(v[which.max(abs(v) - 1e-9 * seq_along(v))]))
  share <- e$values[1:2] / sum(pmax(e$values, 0))
  list(points = input$x %*% loadings, loadings = loadings, kind = "the first two principal components",
    titles = paste0("Component ", 1:2, " (", vapply(share, percent, ""), " of the variation)"))
}

scatter_figure <- function(input, fit, most = 2000) {
  view <- view_of(input)
  n <- nrow(input$x)
  at <- if (n > most) unique(round(seq(1, n, length.out = most))) else seq_len(n)
  points <- data.frame(row = input$rows[at], x = view$points[at, 1], y = view$points[at, 2],
    cluster = as.character(fit$cluster[at]))
  middle <- rowsum(view$points, fit$cluster) / fit$size
  centres <- data.frame(x = middle[, 1], y = middle[, 2], cluster = as.character(seq_len(fit$k)))
  y <- if (ncol(input$x) == 1) list(field = "cluster", type = "nominal", title = "Cluster") else axis("y", view$titles[2])
  x <- axis("x", view$titles[1])
  colour <- colour_of(fit$k)
  shown <- if (n > most) paste0(format(length(at), big.mark = ","), " of ", format(n, big.mark = ","), " rows shown") else
    paste(format(n, big.mark = ","), "rows")
  list(name = "scatter", title = "The clusters", alt = paste0("Scatter plot of the rows on ", view$kind, ", coloured by ",
      fit$k, " clusters of ", paste(head(fit$size, 12), collapse = ", "), " rows. Crosses mark the centres."),
    spec = figure_base("The clusters", paste0(shown, "; crosses: centres"), 480, 360, list(
      layer_of(points, list(type = "point", filled = TRUE, opacity = 0.55, size = 34), x = x, y = y, color = colour,
        tooltip = list(list(field = "row", type = "quantitative", title = "Row"))),
      layer_of(centres, list(type = "point", shape = "cross", filled = TRUE, size = 190, color = "#000000",
        stroke = "#FFFFFF", strokeWidth = 1, opacity = 1), x = x, y = y))))
}

# Rows of each cluster from the best placed to the worst, drawn as bars without gaps.
silhouette_figure <- function(silhouette, k, most = 600) {
  order_in <- order(silhouette$cluster, -silhouette$width)
  if (length(order_in) > most) order_in <- order_in[unique(round(seq(1, length(order_in), length.out = most)))]
  frame <- data.frame(from = seq_along(order_in) - 1, to = seq_along(order_in), width = silhouette$width[order_in],
    zero = 0, cluster = as.character(silhouette$cluster[order_in]))
  x <- function(field) list(field = field, type = "quantitative", title = "Silhouette width",
    scale = list(domain = I(c(min(-0.2, min(frame$width)), 1))))
  list(name = "silhouette", title = "Silhouettes", alt = paste0("Silhouette plot of ", k, " clusters; mean width ",
      fmt(silhouette$mean, 3), ". Bars below zero are rows that are nearer to another cluster: ",
      sum(silhouette$width < 0), " of ", length(silhouette$width), "."),
    spec = figure_base("Silhouettes", paste0("mean ", fmt(silhouette$mean, 3),
      " (dashed); near 1: well placed, below 0: nearer to another cluster"), 430, 320, list(
      layer_of(frame, list(type = "bar"), x = x("zero"), x2 = list(field = "width"), y = list(field = "from",
        type = "quantitative", title = NULL, axis = NULL, scale = list(domain = I(c(nrow(frame), 0)), nice = FALSE)),
        y2 = list(field = "to"), color = colour_of(k)),
      layer_of(data.frame(mean = silhouette$mean), list(type = "rule", color = grey, strokeDash = I(c(4, 4))),
        x = x("mean")))))
}

choice_figure <- function(candidates, chosen) {
  if (length(candidates) < 2) return(NULL)
  frame <- data.frame(k = vapply(candidates, function(c) c$fit$k, 0), silhouette = vapply(candidates,
    function(c) c$silhouette$mean, 0))
  x <- list(field = "k", type = "quantitative", title = "Number of clusters", axis = list(tickMinStep = 1),
    scale = list(zero = FALSE, nice = FALSE, padding = 12))
  y <- axis("silhouette", "Mean silhouette")
  list(name = "number-of-clusters", title = "Number of clusters", alt = paste0("Mean silhouette for 2 to ", max(frame$k),
      " clusters; it is largest, ", fmt(frame$silhouette[chosen], 3), ", for ", frame$k[chosen], "."),
    spec = figure_base("Number of clusters", "the number with the largest mean silhouette is used", 430, 260, list(
      layer_of(frame, list(type = "line", color = palette[1]), x = x, y = y),
      layer_of(frame, list(type = "point", filled = TRUE, size = 60, color = palette[1], opacity = 1), x = x, y = y),
      layer_of(frame[chosen, ], list(type = "point", size = 220, color = palette[2], strokeWidth = 2), x = x, y = y))))
}
