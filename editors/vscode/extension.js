"use strict";

// Starts the language server of sigzeek. All that it can do it tells the editor itself; only two commands are ours.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function start() {
  const settings = vscode.workspace.getConfiguration("sigzeek");
  const server = { command: settings.get("command"), args: ["lsp", "--stdio"] };
  client = new LanguageClient("sigzeek", "sigzeek", server, {
    documentSelector: [{ scheme: "file", language: "yaml" }],
    initializationOptions: { paths: settings.get("paths") },
  });
  return client.start().catch((error) => {
    vscode.window.showErrorMessage(
      `sigzeek: ${error.message}. Is the program installed, and is the setting sigzeek.command right?`,
    );
  });
}

async function restart() {
  await client?.stop().catch(() => {});
  await start();
}

async function openGenerated() {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === "file") {
    await vscode.commands.executeCommand("sigzeek.showGenerated", uri.toString());
  }
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("sigzeek.restart", restart),
    vscode.commands.registerCommand("sigzeek.openGenerated", openGenerated),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("sigzeek")) {
        restart();
      }
    }),
  );
  await start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
