# Clusters by k-means: read, cluster from many starts, order the labels, check, words. See the files beside this one.

run <- function(data, params, context) {
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  options <- list(method = text_of(given("method", "kmeans")), k = given("k", "auto"), k_max = as.integer(given("k_max", 10)),
    scale = isTRUE(given("scale", TRUE)), n_init = as.integer(given("n_init", 25)),
    conf_level = as.numeric(given("conf_level", 0.95)))
  context$progress(0.05, "reading the columns", "read")
  input <- read_columns(data, params, options$scale, context)
  auto <- identical(options$k, "auto")
  if (!auto && (options$k > input$distinct || options$k >= nrow(input$x))) refuse_k(input, as.integer(options$k), context)
  context$progress(0.1, "looking for clusters", "cluster")
  choice <- if (auto) choose_k(input, options$k_max, options$n_init, context)
  fit <- if (auto) choice$candidates[[choice$chosen]]$fit else fit_k(input, as.integer(options$k), options$n_init, context)
  silhouette <- if (auto) choice$candidates[[choice$chosen]]$silhouette else silhouette_of(input$x, fit$cluster, fit$k)
  stability <- stability_of(input, fit, options$conf_level, context)
  assumptions <- judge(input, fit, silhouette, stability)
  warn_of(input, fit, silhouette, context)
  context$progress(0.9, "drawing", "figures")
  code <- reader_code(input, fit, options)
  list(values = values_of(input, fit, silhouette, stability, choice, options),
    summary = I(summarise(input, fit, silhouette, stability, auto, assumptions, options$conf_level)),
    method = method_of(input, fit, options, auto), assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(input, fit, silhouette, stability, options),
    figures = Filter(Negate(is.null), list(scatter_figure(input, fit), silhouette_figure(silhouette, fit$k),
      if (auto) choice_figure(choice$candidates, choice$chosen))),
    code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

warn_of <- function(input, fit, silhouette, context) {
  if (silhouette$mean <= 0.25) context$warn("WEAK_CLUSTERS",
    "The clusters hardly stand apart: they may cut up a single cloud.", "result_doubtful")
  if (any(fit$size == 1)) context$warn("SINGLE_ROW_CLUSTER", sprintf(
    "%d cluster(s) hold one row only: it may be an outlier that decides the result.", sum(fit$size == 1)), "caution")
  if (length(silhouette$rows) < nrow(input$x)) context$warn("SILHOUETTE_SAMPLED", paste0(
    "Silhouettes are those of ", format(length(silhouette$rows), big.mark = ","), " rows, evenly through the data."), "note")
  if (length(input$dropped) > 0 && input$dropped[[1]]$rows > nrow(input$x)) context$warn("MANY_ROWS_DROPPED",
    "More rows were left out than used; the result may not stand for the whole data set.", "caution")
}

values_of <- function(input, fit, silhouette, stability, choice, options) list(
  method = options$method, k = fit$k, n = nrow(input$x), scale = input$scaled, n_init = options$n_init,
  tot_withinss = fit$within, betweenss = fit$total - fit$within, totss = fit$total, between_share = fit$share,
  calinski_harabasz = fit$calinski_harabasz, sizes = as.list(fit$size), sizes_sorted = as.list(sort(fit$size)),
  silhouette = silhouette$mean, silhouette_rows = length(silhouette$rows), starts_at_best = fit$reached,
  conf_level = options$conf_level,
  clusters = lapply(seq_len(fit$k), function(c) list(cluster = c, size = fit$size[c], withinss = fit$withinss[c],
    silhouette = silhouette$by_cluster[c], stability = stability[[c]]$mean, stability_low = stability[[c]]$low,
    stability_high = stability[[c]]$high)),
  centers = unlist(lapply(seq_len(fit$k), function(c) lapply(seq_along(input$columns), function(j)
    list(cluster = c, column = input$columns[j], value = fit$raw_centres[c, j], scaled = fit$centres[c, j] /
      (if (input$scaled || input$spread[j] == 0) 1 else input$spread[j])))), recursive = FALSE),
  columns = lapply(seq_along(input$columns), function(j) list(column = input$columns[j],
    between_share = fit$column_share[j])),
  candidates = lapply(choice$candidates, function(c) list(k = c$fit$k, tot_withinss = c$fit$within,
    silhouette = c$silhouette$mean, calinski_harabasz = c$fit$calinski_harabasz)))

method_of <- function(input, fit, options, auto) list(
  text = paste0("k-means by Hartigan and Wong's algorithm, the best of ", options$n_init, " starts after k-means++. ",
    if (auto) paste0("The number of clusters, up to ", options$k_max, ", is the one with the largest mean silhouette. ") else "",
    if (input$scaled) "Columns are centred and divided by their standard deviation (n - 1). " else
      "Columns are used in their own units. ",
    "Label 1 is the largest cluster; clusters of one size are in the order of their centres. Rows with a missing value are ",
    "left out. Silhouettes use Euclidean distances, of at most ", most_silhouette_rows, " rows. Stability is Hennig's: ",
    bootstrap_samples, " samples with replacement are clustered anew, and each cluster is compared with the one most like it ",
    "by Jaccard similarity; its range holds the middle share of the samples. Chance comes from the seed of the job."),
  reference = "stats::kmeans, cluster::silhouette", options = list(method = options$method, k = options$k,
    scale = options$scale, n_init = options$n_init, k_max = options$k_max, conf_level = options$conf_level))

most_labels <- 10000

tables_of <- function(input, fit, silhouette, stability, options) {
  p <- percent(options$conf_level)
  clusters <- data.frame(cluster = seq_len(fit$k), size = fit$size, withinss = fit$withinss,
    silhouette = silhouette$by_cluster, stability = vapply(stability, `[[`, 0, "mean"),
    low = vapply(stability, `[[`, 0, "low"), high = vapply(stability, `[[`, 0, "high"))
  at <- head(seq_along(fit$cluster), most_labels)
  labels <- data.frame(row = input$rows[at], cluster = fit$cluster[at], distance = fit$distance[at],
    silhouette = silhouette$width[match(at, silhouette$rows)])
  # One row a column, one column a cluster; a table is no wider than this.
  shown <- head(seq_len(fit$k), 100)
  centres <- as.data.frame(t(fit$raw_centres[shown, , drop = FALSE]))
  names(centres) <- paste0("cluster_", shown)
  centres <- cbind(data.frame(column = vapply(input$columns, brief, "", most = 300)), centres,
    data.frame(share = fit$column_share))
  list(list(name = "clusters", title = "Clusters", data = clusters, titles = c(cluster = "Cluster", size = "Rows",
      withinss = "Sum of squares within", silhouette = "Mean silhouette", stability = "Stability (Jaccard)",
      low = paste(p, "low"), high = paste(p, "high")), types = c(cluster = "integer", size = "integer")),
    list(name = "centers", title = "Centres, in the units of the columns", data = centres,
      titles = c(column = "Column", stats::setNames(paste("Cluster", shown), paste0("cluster_", shown)),
        share = "Share between clusters"), types = c(column = "text")),
    list(name = "labels", title = if (length(at) < length(fit$cluster)) sprintf("Cluster of each row (the first %d)",
      length(at)) else "Cluster of each row", data = labels, titles = c(row = "Row", cluster = "Cluster",
      distance = "Distance to the centre", silhouette = "Silhouette"), types = c(row = "integer", cluster = "integer")))
}
