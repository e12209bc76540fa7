# Entry of an R run: hands a tool its data and turns what it returns into frames. Base R only, so that the same file
# serves WebAssembly and a container. What differs between them comes in as `emit` (see runtimes/wasm/bridge.R).

assay <- new.env()

# --- JSON, with every number exact (17 significant digits); what JSON cannot say is null plus an entry in `found` ---

assay$string <- function(x) {
  x <- iconv(enc2utf8(as.character(x)), "UTF-8", "UTF-8", sub = "?")
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  if (any(grepl("[[:cntrl:]]", x))) for (code in c(1:31, 127))
    x <- gsub(intToUtf8(code), sprintf("\\u%04x", code), x, fixed = TRUE)
  paste0("\"", x, "\"", recycle0 = TRUE)
}

assay$atoms <- function(x) {
  class(x) <- setdiff(oldClass(x), "AsIs")
  if (is.factor(x)) x <- as.character(x)
  if (inherits(x, "Date")) x <- format(x)
  if (inherits(x, "POSIXt")) x <- format(x, "%Y-%m-%dT%H:%M:%OS6Z", tz = "UTC")
  out <- if (is.logical(x)) ifelse(x, "true", "false")
    else if (is.integer(x)) sprintf("%d", x)
    else if (is.numeric(x)) sprintf("%.17g", as.numeric(x))
    else assay$string(x)
  out[is.na(x) | (is.numeric(x) & !is.finite(x))] <- "null"
  out
}

assay$pointer <- function(path, step) paste0(path, "/", gsub("/", "~1", gsub("~", "~0", step, fixed = TRUE), fixed = TRUE))

assay$note_nonfinite <- function(x, path, found) {
  if (is.null(found) || !is.numeric(x)) return(invisible())
  for (i in which(is.nan(x) | is.infinite(x))) {
    at <- if (length(x) == 1 && !inherits(x, "AsIs")) path else assay$pointer(path, i - 1)
    said <- if (is.nan(x[i])) "nan" else if (x[i] > 0) "inf" else "-inf"
    found$list[[length(found$list) + 1]] <- list(path = at, value = said)
  }
}

assay$object <- function(x, path, found) {
  members <- vapply(seq_along(x), function(i)
    paste0(assay$string(names(x)[i]), ":", assay$json(x[[i]], assay$pointer(path, names(x)[i]), found)), "")
  paste0("{", paste(members, collapse = ","), "}")
}

assay$json <- function(x, path = "", found = NULL) {
  if (is.null(x)) return("null")
  if (is.data.frame(x)) {
    rows <- lapply(seq_len(nrow(x)), function(i) lapply(x, function(column) column[[i]]))
    return(assay$json(unname(rows), path, found))
  }
  if (is.list(x)) {
    if (!is.null(names(x))) return(assay$object(x, path, found))
    items <- vapply(seq_along(x), function(i) assay$json(x[[i]], assay$pointer(path, i - 1), found), "")
    return(paste0("[", paste(items, collapse = ","), "]"))
  }
  assay$note_nonfinite(x, path, found)
  atoms <- assay$atoms(x)
  if (length(x) == 1 && !inherits(x, "AsIs")) atoms else paste0("[", paste(atoms, collapse = ","), "]")
}

# --- what a tool is given to speak with ---

assay$context <- function(job, columns, emit) {
  said <- new.env()
  said$warnings <- list()
  said$at <- -Inf
  list(
    tool = job$tool,
    schema = columns,
    warnings = function() said$warnings,
    progress = function(fraction, note = NULL, stage = "run") {
      # Nobody reads faster, and a tool that reports every step of a loop is to be no slower for it.
      now <- proc.time()[["elapsed"]]
      if (now - said$at < 0.05) return(invisible())
      said$at <- now
      line <- list(t = "progress", stage = stage, fraction = max(0, min(1, fraction)))
      if (!is.null(note)) line$note <- substr(note, 1, 300)
      emit$line(assay$json(line))
    },
    warn = function(code, message, severity = "caution") {
      said$warnings[[length(said$warnings) + 1]] <- list(code = code, message = substr(message, 1, 1000), severity = severity)
    },
    refuse = function(code, message, class = "data", where = NULL, hint = NULL) {
      stop(structure(class = c("assay_refusal", "error", "condition"),
        list(message = message, call = NULL, code = code, refusal = class, where = where, hint = hint)))
    })
}

# --- what a tool gave back ---

assay$table <- function(table) {
  data <- table$data
  kind <- function(name) {
    if (!is.null(table$types) && name %in% names(table$types)) return(table$types[[name]])
    x <- data[[name]]
    if (is.logical(x)) "boolean" else if (is.integer(x)) "integer" else if (is.numeric(x)) "number" else "text"
  }
  title <- function(name) if (!is.null(table$titles) && name %in% names(table$titles)) table$titles[[name]] else name
  columns <- lapply(names(data), function(name) list(name = name, title = title(name), type = kind(name)))
  cells <- lapply(data, assay$atoms)
  rows <- if (nrow(data) == 0) character() else do.call(paste, c(unname(cells), sep = ","))
  paste0("{\"columns\":", assay$json(columns), ",\"rows\":[", paste0("[", rows, "]", recycle0 = TRUE, collapse = ","), "]}")
}

assay$named <- function(x) if (length(x) == 0) structure(list(), names = character()) else x

assay$send <- function(result, context, emit) {
  reference <- function(kind) function(entry) {
    c(list(name = entry$name, title = entry$title), if (kind == "figure") list(alt = entry$alt),
      list(blob = paste0(kind, "-", entry$name)))
  }
  for (entry in result$tables)
    emit$blob(paste0("table-", entry$name), "table", entry$name, "application/vnd.assay.table+json", assay$table(entry))
  for (entry in result$figures)
    emit$blob(paste0("figure-", entry$name), "figure", entry$name, "application/vnd.vegalite.v6+json", assay$json(entry$spec))
  found <- new.env()
  found$list <- list()
  values <- assay$json(assay$named(result$values), "", found)
  method <- result$method
  method$options <- assay$named(method$options)
  rest <- list(
    summary = I(as.character(unlist(result$summary))),
    method = method,
    assumptions = unname(result$assumptions),
    warnings = context$warnings(),
    dropped = unname(result$dropped),
    nonfinite = found$list,
    tables = unname(lapply(result$tables, reference("table"))),
    figures = unname(lapply(result$figures, reference("figure"))),
    artifacts = list())
  for (field in c("assumptions", "dropped", "tables", "figures")) if (is.null(rest[[field]])) rest[[field]] <- list()
  if (!is.null(result$code)) rest$code <- list(language = "R", text = paste(result$code, collapse = "\n"))
  emit$result(paste0("{\"values\":", values, ",", substring(assay$json(rest), 2)))
}

# --- one run ---

assay$short <- function(x) if (is.character(x)) substr(x, 1, 300) else x

assay$fail <- function(condition, emit) {
  message <- conditionMessage(condition)
  line <- if (inherits(condition, "assay_refusal"))
    c(list(t = "error", class = condition$refusal, code = condition$code, message = substr(message, 1, 2000)),
      if (length(condition$where) > 0) list(where = lapply(as.list(condition$where), assay$short)),
      if (!is.null(condition$hint)) list(hint = substr(condition$hint, 1, 500)))
  else if (grepl("cannot allocate|memory exhausted|out of bounds memory", message))
    list(t = "error", class = "resource", code = "OOM", message = substr(message, 1, 2000))
  else list(t = "error", class = "internal", code = "R_ERROR", message = substr(message, 1, 2000))
  emit$line(assay$json(line))
}

# `data` and `columns` are lists by slot; a tool with one input is given that one itself.
assay$run <- function(job, columns, data, files, emit) {
  if (length(data) == 1L) {
    data <- data[[1L]]
    columns <- columns[[1L]]
  }
  options(warn = 1, digits = 15, OutDec = ".", stringsAsFactors = FALSE, scipen = 0)
  RNGkind("Mersenne-Twister", "Inversion", "Rejection")
  set.seed(job$seed)
  # Texts sort the same everywhere, by their code points.
  Sys.setlocale("LC_COLLATE", "C")
  emit$line("{\"t\":\"begun\"}")
  tryCatch({
    tool <- new.env(parent = globalenv())
    # Other files first, so that main.R may use what they define.
    for (file in files[order(basename(files) == job$program, basename(files))]) sys.source(file, tool, keep.source = FALSE)
    context <- assay$context(job, columns, emit)
    assay$send(tool$run(data, job$params, context), context, emit)
  }, error = function(condition) assay$fail(condition, emit))
  invisible()
}
