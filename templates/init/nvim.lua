-- Neovim 0.11 and newer, with `vim.o.exrc = true` in your own configuration: the language server of sigzeek.
vim.lsp.config("sigzeek", {
  cmd = { "sigzeek", "lsp" },
  filetypes = { "yaml" },
  root_markers = { "detections", ".git" },
  init_options = { paths = { "detections" } },
})
vim.lsp.enable("sigzeek")
