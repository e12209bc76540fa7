# How far clusters can be believed: silhouettes, and how often they come back in other samples.

most_silhouette_rows <- 4000
most_bootstrap_rows <- 5000
bootstrap_samples <- 50

# Silhouettes of all rows, or of rows evenly through the data where there are very many. A row alone has 0.
silhouette_of <- function(x, cluster, k) {
  at <- seq_len(nrow(x))
  if (length(at) > most_silhouette_rows) at <- unique(round(seq(1, nrow(x), length.out = most_silhouette_rows)))
  x <- x[at, , drop = FALSE]
  own <- cluster[at]
  size <- tabulate(own, k)
  width <- numeric(length(at))
  square <- rowSums(x^2)
  member <- outer(own, seq_len(k), `==`) + 0
  for (block in split(seq_along(at), (seq_along(at) - 1) %/% 500)) {
    d <- outer(square[block], square, `+`) - 2 * tcrossprod(x[block, , drop = FALSE], x)
    d[cbind(seq_along(block), block)] <- 0
    sums <- sqrt(pmax(d, 0)) %*% member
    mine <- cbind(seq_along(block), own[block])
    a <- sums[mine] / pmax(size[own[block]] - 1, 1)
    means <- sweep(sums, 2, pmax(size, 1), "/")
    means[, size == 0] <- Inf
    means[mine] <- Inf
    b <- do.call(pmin, lapply(seq_len(k), function(c) means[, c]))
    top <- pmax(a, b)
    width[block] <- ifelse(size[own[block]] > 1 & top > 0 & is.finite(top), (b - a) / top, 0)
  }
  list(rows = at, width = width, cluster = own, mean = mean(width),
    by_cluster = vapply(seq_len(k), function(c) if (size[c] > 0) mean(width[own == c]) else NA_real_, 0))
}

# Hennig's stability: in samples with replacement, the Jaccard similarity of each cluster to the one most like it.
stability_of <- function(input, fit, conf_level, context) {
  n <- nrow(input$x)
  base <- if (n > most_bootstrap_rows) sort(sample.int(n, most_bootstrap_rows)) else seq_len(n)
  similarity <- matrix(NA_real_, bootstrap_samples, fit$k)
  for (b in seq_len(bootstrap_samples)) {
    context$progress(0.6 + 0.25 * b / bootstrap_samples, "clustering samples anew", "stability")
    drawn <- base[sample.int(length(base), replace = TRUE)]
    x <- input$x[drawn, , drop = FALSE]
    if (distinct_rows(x) <= fit$k) next
    found <- best_of(x, fit$k, 3)
    if (is.null(found)) next
    once <- !duplicated(drawn)
    common <- table(factor(fit$cluster[drawn[once]], seq_len(fit$k)), factor(found$cluster[once], seq_len(fit$k)))
    union <- outer(rowSums(common), colSums(common), `+`) - common
    similarity[b, ] <- ifelse(rowSums(common) > 0, apply(common / pmax(union, 1), 1, max), NA)
  }
  limits <- c(1 - conf_level, 1 + conf_level) / 2
  lapply(seq_len(fit$k), function(c) {
    seen <- similarity[!is.na(similarity[, c]), c]
    if (length(seen) < 10) return(list(mean = NA_real_, low = NA_real_, high = NA_real_))
    q <- quantile(seen, limits, names = FALSE, type = 7)
    list(mean = mean(seen), low = q[1], high = q[2])
  })
}
