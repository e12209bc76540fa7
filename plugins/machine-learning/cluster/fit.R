# k-means from many starts, the best of them, and labels that do not depend on chance.

# Starting centres after k-means++: each further one with a chance in proportion to its squared distance.
starting_rows <- function(x, k) {
  chosen <- sample.int(nrow(x), 1)
  distance <- rowSums(sweep(x, 2, x[chosen, ])^2)
  while (length(chosen) < k) {
    reached <- cumsum(distance)
    next_one <- min(findInterval(runif(1) * reached[nrow(x)], reached) + 1, nrow(x))
    chosen <- c(chosen, next_one)
    distance <- pmin(distance, rowSums(sweep(x, 2, x[next_one, ])^2))
  }
  chosen
}

# Hartigan and Wong's algorithm; where it gives up, Lloyd's goes on from there. NULL where a cluster ran empty.
one_start <- function(x, k) {
  centres <- x[starting_rows(x, k), , drop = FALSE]
  fit <- tryCatch(suppressWarnings(stats::kmeans(x, centres, iter.max = 100)), error = function(condition) NULL)
  if (!is.null(fit) && !identical(as.integer(fit$ifault), 0L))
    fit <- tryCatch(suppressWarnings(stats::kmeans(x, fit$centers, iter.max = 1000, algorithm = "Lloyd")),
      error = function(condition) NULL)
  fit
}

best_of <- function(x, k, starts) {
  best <- NULL
  sums <- numeric()
  for (start in seq_len(starts)) {
    fit <- one_start(x, k)
    if (is.null(fit)) next
    sums <- c(sums, fit$tot.withinss)
    if (is.null(best) || fit$tot.withinss < best$tot.withinss * (1 - 1e-12)) best <- fit
  }
  if (is.null(best)) NULL else list(cluster = best$cluster, reached = sum(sums <= min(sums) * (1 + 1e-9)), starts = starts)
}

# Label 1 is the largest cluster; those of one size are in the order of their centres.
order_labels <- function(cluster, x, k) {
  size <- tabulate(cluster, k)
  centres <- rowsum(x, cluster) / size
  new <- do.call(order, c(list(-size), lapply(seq_len(ncol(x)), function(j) centres[, j])))
  match(cluster, new)
}

# Everything that follows from the labels, computed anew so that it is the same whatever start led there.
finish_fit <- function(found, input, k) {
  cluster <- order_labels(found$cluster, input$x, k)
  size <- tabulate(cluster, k)
  centres <- rowsum(input$x, cluster) / size
  distance <- rowSums((input$x - centres[cluster, , drop = FALSE])^2)
  withinss <- vapply(seq_len(k), function(c) sum(distance[cluster == c]), 0)
  column_total <- colSums(sweep(input$x, 2, colMeans(input$x))^2)
  column_within <- colSums((input$x - centres[cluster, , drop = FALSE])^2)
  n <- nrow(input$x)
  total <- sum(column_total)
  list(k = k, cluster = cluster, size = size, centres = centres, raw_centres = rowsum(input$raw, cluster) / size,
    withinss = withinss, within = sum(withinss), total = total, distance = sqrt(distance),
    share = 1 - sum(withinss) / total, column_share = ifelse(column_total > 0, 1 - column_within / column_total, NA_real_),
    calinski_harabasz = if (sum(withinss) > 0) ((total - sum(withinss)) / (k - 1)) / (sum(withinss) / (n - k)) else NA_real_,
    reached = found$reached, starts = found$starts)
}

fit_k <- function(input, k, starts, context) {
  found <- best_of(input$x, k, starts)
  if (is.null(found)) context$refuse("NO_SOLUTION", sprintf("None of %d starts led to %d clusters that hold rows.",
    starts, k), class = "convergence", where = list(param = "k"), hint = "Use fewer clusters, or more starts.")
  finish_fit(found, input, k)
}

# The number of clusters with the largest mean silhouette.
choose_k <- function(input, most, starts, context) {
  top <- min(most, input$distinct - 1, nrow(input$x) - 1)
  if (top < 2) refuse_k(input, 2, context)
  candidates <- list()
  for (k in 2:top) {
    context$progress(0.1 + 0.5 * (k - 2) / top, sprintf("%d clusters", k), "cluster")
    fit <- fit_k(input, k, starts, context)
    candidates[[length(candidates) + 1]] <- list(fit = fit, silhouette = silhouette_of(input$x, fit$cluster, k))
  }
  means <- vapply(candidates, function(c) c$silhouette$mean, 0)
  list(candidates = candidates, chosen = which.max(means))
}

refuse_k <- function(input, k, context) context$refuse("TOO_FEW_DISTINCT", sprintf(
  "There are %d different rows; %d clusters need more than %d.", input$distinct, k, k), where = list(param = "k"),
  hint = "Use fewer clusters, or more data.")
