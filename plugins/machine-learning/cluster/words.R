# Sentences, numbers in words, and code for the reader.

fmt <- function(x, digits = 4) {
  if (!is.finite(x)) return(if (is.na(x)) "not defined" else if (x > 0) "infinite" else "minus infinite")
  if (x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e7)) return(formatC(x, digits = digits - 1, format = "e"))
  trimws(formatC(x, digits = max(digits, nchar(trunc(abs(x)))), format = "fg"))
}
percent <- function(x) paste(fmt(100 * x, 3), "%")

judged <- function(id, title, verdict, message, ...) c(list(id = id, title = title, verdict = verdict,
  message = message), list(...))

judge <- function(input, fit, silhouette, stability) {
  worst <- suppressWarnings(min(vapply(stability, `[[`, 0, "mean"), na.rm = TRUE))
  radius <- sqrt(fit$withinss / pmax(fit$size, 1))
  shape <- if (min(radius) > 0) max(radius) / min(radius) else Inf
  units <- max(input$spread) / min(input$spread[input$spread > 0])
  list(
    judged("separated", "The clusters stand apart", if (silhouette$mean > 0.5) "met" else if (silhouette$mean > 0.25)
      "doubtful" else "violated", paste0("The mean silhouette is ", fmt(silhouette$mean, 3),
      if (silhouette$mean > 0.5) ": rows are clearly nearer to their own cluster." else if (silhouette$mean > 0.25)
        ": the clusters overlap or touch; the structure may be weak." else
        ": no substantial structure; the clusters may cut up a single cloud."), statistic = silhouette$mean,
      test = "Mean silhouette"),
    if (!is.finite(worst)) judged("stable", "The clusters come back in other samples", "not_checked",
      "Not checked: too few different rows for samples.") else
      judged("stable", "The clusters come back in other samples", if (worst >= 0.75) "met" else if (worst >= 0.6)
        "doubtful" else "violated", paste0("The least stable cluster has a mean Jaccard similarity of ", fmt(worst, 3),
        " over ", bootstrap_samples, " bootstrap samples", if (worst >= 0.75) "." else
          ": it dissolves or changes from sample to sample."), statistic = worst,
        test = "Smallest mean Jaccard similarity (bootstrap)"),
    judged("similar-spread", "The clusters are round and of similar spread", if (shape <= 2) "met" else if (shape <= 4)
      "doubtful" else "violated", paste0("The widest cluster has ", fmt(shape, 3), " times the radius of the narrowest",
      if (shape <= 2) "." else ": k-means tends to cut wide clusters and to feed narrow ones."), statistic = shape,
      test = "Ratio of the largest root mean square radius to the smallest"),
    judged("comparable-units", "The columns count alike", if (input$scaled || units <= 3) "met" else if (units <= 10)
      "doubtful" else "violated", if (input$scaled) "Every column was scaled to standard deviation 1." else
      paste0("The columns are used in their own units; the largest standard deviation is ", fmt(units, 3),
        " times the smallest", if (units <= 3) "." else ": the columns with large numbers decide; consider scale."),
      statistic = if (input$scaled) 1 else units, test = "Ratio of the standard deviations"),
    judged("best-found", "The best solution was found", if (fit$reached >= 2) "met" else "doubtful",
      paste0(fit$reached, " of ", fit$starts, " starts led to the smallest sum of squares",
        if (fit$reached >= 2) "." else ": another start might do better; raise n_init."), statistic = fit$reached,
      test = "Starts that reached the best sum of squares"))
}

summarise <- function(input, fit, silhouette, stability, auto, assumptions, conf_level) {
  apart <- order(-fit$column_share)
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(paste0(format(nrow(input$x), big.mark = ","), " rows fall into ", fit$k, " clusters",
      if (auto) ", the number with the largest mean silhouette" else "", "; sizes ",
      paste(head(format(fit$size, big.mark = ",", trim = TRUE), 12), collapse = ", "), if (fit$k > 12) " and others", "."),
    paste0("The clusters account for ", percent(fit$share), " of the variation; the mean silhouette is ",
      fmt(silhouette$mean, 3), "."),
    paste0("They differ most in ", paste(vapply(head(apart, 3), function(j) paste0(quoted(input$columns[j]), " (",
      percent(fit$column_share[j]), ")"), ""), collapse = ", "), ": the share of the column's variation between clusters."),
    if (is.finite(stability[[1]]$mean)) paste0("Stability, as mean Jaccard similarity with its ", percent(conf_level),
      " range: ", paste(vapply(seq_len(min(fit$k, 8)), function(c) paste0("cluster ", c, " ", fmt(stability[[c]]$mean, 2),
      " (", fmt(stability[[c]]$low, 2), " to ", fmt(stability[[c]]$high, 2), ")"), ""), collapse = "; "), "."),
    "Clusters are found in any data; whether they mean anything is for knowledge of the subject to say.",
    if (length(open) > 0) paste0("Look at these assumptions: ",
      paste(vapply(open, function(a) paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""),
      collapse = "; "), "."))
}

reader_code <- function(input, fit, options) {
  string <- vapply(input$columns, encodeString, "", quote = '"', USE.NAMES = FALSE)
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)',
    paste0("x <- na.omit(d[c(", paste(string, collapse = ", "), ")])"),
    if (input$scaled) "x <- scale(x)" else "x <- scale(x, scale = FALSE)",
    sprintf("fit <- kmeans(x, %d, nstart = %d, iter.max = 100)", fit$k, options$n_init),
    "size_order <- order(-fit$size)", "cluster <- match(fit$cluster, size_order)",
    "sort(fit$size); fit$tot.withinss; fit$totss", "mean(cluster::silhouette(cluster, dist(x))[, \"sil_width\"])"),
    collapse = "\n")
}
