/**
 * The completions for PowerShell. All that they know they ask `phlb complete`; where it has no
 * answer, PowerShell completes files by itself.
 */
export function powershellScript(): string {
  return SCRIPT;
}

const SCRIPT = `# Completions of phlb for PowerShell; "phlb completion powershell" prints them.

Register-ArgumentCompleter -Native -CommandName phlb -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # The words up to the cursor, without their quotes.
    $words = @(
        $commandAst.CommandElements |
            Select-Object -Skip 1 |
            Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
            ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                    $_.Value
                } else {
                    $_.Extent.Text
                }
            }
    )
    # Older versions do not pass empty arguments on.
    $options = @('complete', '--shell', 'powershell')
    if ($wordToComplete -eq '') { $options += '--empty' }
    $encoding = [Console]::OutputEncoding
    [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
    try {
        $lines = @(& phlb @options '--' @words 2>$null)
    } catch {
        $lines = @()
    } finally {
        [Console]::OutputEncoding = $encoding
    }
    # What of the word comes before the value of an option.
    $before = ''
    if ($wordToComplete -match '^(--[^=]+=)') { $before = $Matches[1] }
    foreach ($line in $lines) {
        $value, $note = $line -split "\`t", 2
        if (-not $note) { $note = $value }
        $text = $before + $value
        if ($text -match '[^\\w./:=~+-]') { $text = "'" + $text.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $note)
    }
}
`;
