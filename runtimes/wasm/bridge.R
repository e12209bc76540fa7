# WebAssembly's side of an R run: columns come as raw little-endian bytes in the virtual file system, lines go out over
# standard output behind a marker that is made for each run, blobs as files. See child.ts and bridge.ts.

bridge <- new.env()

bridge$read <- function(connection, column, rows) {
  codes <- function() readBin(connection, "integer", rows, size = 4L, endian = "little")
  doubles <- function() readBin(connection, "double", rows, size = 8L, endian = "little")
  switch(column$type,
    number = doubles(),
    integer = codes(),
    boolean = as.logical(codes()),
    date = structure(as.numeric(codes()), class = "Date"),
    timestamp = structure(doubles(), class = c("POSIXct", "POSIXt"), tzone = "UTC"),
    text = {
      at <- codes()
      lengths <- readBin(connection, "integer", column$texts, size = 4L, endian = "little")
      texts <- readChar(connection, lengths, useBytes = TRUE)
      Encoding(texts) <- "UTF-8"
      texts[at]
    })
}

bridge$data <- function(folder, slot, columns, rows) {
  connection <- file(file.path(folder, paste0(slot, ".bin")), "rb")
  on.exit(close(connection))
  data <- lapply(columns, function(column) bridge$read(connection, column, rows))
  names(data) <- vapply(columns, function(column) column$name, "")
  structure(data, class = "data.frame", row.names = .set_row_names(rows))
}

bridge$emit <- function(folder, marker) list(
  line = function(json) cat("\n", marker, json, "\n", sep = ""),
  blob = function(id, role, name, media, text) {
    writeLines(text, file.path(folder, id), sep = "", useBytes = TRUE)
    cat("\n", marker, assay$json(list(t = "blob", id = id, role = role, name = name, media = media)), "\n", sep = "")
  },
  result = function(text) {
    writeLines(text, file.path(folder, "result"), sep = "", useBytes = TRUE)
    cat("\n", marker, "{\"t\":\"result\"}\n", sep = "")
  })

bridge$run <- function(folder, marker) {
  handed <- eval(parse(file.path(folder, "job.R"), keep.source = FALSE, encoding = "UTF-8"), baseenv())
  slots <- vapply(handed$inputs, function(input) input$slot, "")
  by_slot <- function(of) structure(lapply(handed$inputs, of), names = slots)
  data <- by_slot(function(input) bridge$data(folder, input$slot, input$columns, input$rows))
  schema <- by_slot(function(input) input$schema)
  files <- list.files(file.path(folder, "code"), full.names = TRUE)
  assay$run(handed$job, schema, data, files, bridge$emit(folder, marker))
}
