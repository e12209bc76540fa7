# A container's side of an R run: frames come in on standard input, frames go out on descriptor 3, whatever is printed is
# the log. Columns come as one Arrow stream. See entry.R for what is the same in WebAssembly.

container <- new.env()

# --- frames ---

container$read_line <- function(input) {
  line <- readLines(input, n = 1L, warn = FALSE)
  if (length(line) == 0L) NULL else jsonlite::fromJSON(line, simplifyVector = FALSE)
}

container$read_bytes <- function(input, size) {
  parts <- list()
  while (size > 0) {
    part <- readBin(input, "raw", n = min(size, 2^24))
    if (length(part) == 0L) stop("the input ended in the middle of a body")
    parts[[length(parts) + 1L]] <- part
    size <- size - length(part)
  }
  if (length(parts) == 1L) parts[[1L]] else do.call(c, parts)
}

container$emit <- function(output) {
  send <- function(header, body = NULL) {
    writeBin(charToRaw(paste0(header, "\n")), output)
    if (!is.null(body)) writeBin(body, output)
    flush(output)
  }
  with_bytes <- function(line, text) {
    body <- charToRaw(enc2utf8(text))
    send(assay$json(c(line, list(bytes = length(body)))), body)
  }
  list(
    line = send,
    blob = function(id, role, name, media, text)
      with_bytes(list(t = "blob", id = id, role = role, name = name, media = media), text),
    result = function(text) {
      with_bytes(list(t = "result"), text)
      send("{\"t\":\"done\"}")
    })
}

# --- what comes in ---

# JSON has one kind of number; so has what a tool is given.
container$numbers <- function(x) {
  if (is.list(x)) {
    if (length(x) == 0L && !is.null(names(x))) return(structure(list(), names = character()))
    x[] <- lapply(x, container$numbers)
    x
  } else if (is.integer(x)) as.numeric(x) else x
}

container$column <- function(x, type) {
  switch(type,
    number = as.numeric(x),
    integer = as.integer(x),
    boolean = as.logical(x),
    text = as.character(x),
    timestamp = structure(as.numeric(x), class = c("POSIXct", "POSIXt"), tzone = "UTC"),
    x)
}

container$data <- function(bytes, schema) {
  data <- as.data.frame(nanoarrow::read_nanoarrow(bytes), check.names = FALSE)
  columns <- lapply(seq_along(schema), function(i) container$column(data[[i]], schema[[i]]$type))
  names(columns) <- vapply(schema, function(column) column$name, "")
  structure(columns, class = "data.frame", row.names = .set_row_names(nrow(data)))
}

# A tool's file is written under the name it has, in the run's own scratch.
container$keep <- function(folder, name, bytes) {
  if (!grepl("^[A-Za-z0-9][A-Za-z0-9._-]*$", name)) stop("a file of the tool has no valid name")
  writeBin(bytes, file.path(folder, name))
}

container$serve <- function(input, output) {
  folder <- tempfile("code")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  emit <- container$emit(output)
  job <- NULL
  data <- list()
  repeat {
    header <- container$read_line(input)
    # The runner is gone, or this one is not needed.
    if (is.null(header)) return(invisible())
    bytes <- if (is.null(header$bytes)) raw() else container$read_bytes(input, header$bytes)
    switch(header$t,
      run = {
        job <- jsonlite::fromJSON(rawToChar(bytes), simplifyVector = FALSE)
        columns <- lapply(job$inputs, function(input) input$schema$columns)
        names(columns) <- vapply(job$inputs, function(input) input$slot, "")
      },
      code = container$keep(folder, header$name, bytes),
      input = data[[header$slot]] <- container$data(bytes, columns[[header$slot]]),
      go = break)
  }
  job$params <- container$numbers(job$params)
  assay$run(job, columns, data, list.files(folder, full.names = TRUE), emit)
}
