//! The scripts that make a shell use `.venv`.

/// The scripts of this system, by their names. They find their own place, so that the directory can
/// be moved.
pub(super) const SCRIPTS: &[(&str, &str)] = if cfg!(windows) {
    &[("activate.bat", BATCH), ("Activate.ps1", POWERSHELL)]
} else {
    &[("activate", SHELL), ("activate.fish", FISH)]
};

const SHELL: &str = r#"# For bash and zsh: . .venv/bin/activate
if [ -n "${BASH_SOURCE:-}" ]; then
    _lichtfeld_script=$BASH_SOURCE
elif [ -n "${ZSH_VERSION:-}" ]; then
    eval '_lichtfeld_script=${(%):-%x}'
else
    echo "activate: this needs bash or zsh; other shells add .venv/bin to PATH" >&2
    return 1
fi

deactivate() {
    if [ -n "${_LICHTFELD_PATH:-}" ]; then
        PATH=$_LICHTFELD_PATH
        export PATH
        unset _LICHTFELD_PATH
    fi
    if [ -n "${_LICHTFELD_PS1+set}" ]; then
        PS1=$_LICHTFELD_PS1
        unset _LICHTFELD_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    [ "${1:-}" = again ] || unset -f deactivate
    hash -r 2>/dev/null
}

deactivate again
VIRTUAL_ENV=$(CDPATH= cd -- "$(dirname -- "$_lichtfeld_script")/.." && pwd -P)
VIRTUAL_ENV_PROMPT=$(basename -- "$(dirname -- "$VIRTUAL_ENV")")
unset _lichtfeld_script
_LICHTFELD_PATH=$PATH
PATH=$VIRTUAL_ENV/bin:$PATH
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH
if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ]; then
    _LICHTFELD_PS1=${PS1:-}
    PS1="($VIRTUAL_ENV_PROMPT) ${PS1:-}"
fi
hash -r 2>/dev/null
"#;

const FISH: &str = r#"# For fish: source .venv/bin/activate.fish
function deactivate
    if set -q _LICHTFELD_PATH
        set -gx PATH $_LICHTFELD_PATH
        set -e _LICHTFELD_PATH
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != again
        functions -e deactivate
    end
end

deactivate again
set -gx VIRTUAL_ENV (path resolve (dirname (status filename))/..)
set -gx VIRTUAL_ENV_PROMPT (basename (dirname $VIRTUAL_ENV))
set -g _LICHTFELD_PATH $PATH
set -gx PATH $VIRTUAL_ENV/bin $PATH
"#;

const BATCH: &str = "@echo off\r\n\
rem For cmd: .venv\\Scripts\\activate.bat\r\n\
if defined _LICHTFELD_PATH set \"PATH=%_LICHTFELD_PATH%\"\r\n\
set \"_LICHTFELD_PATH=%PATH%\"\r\n\
for %%i in (\"%~dp0..\") do set \"VIRTUAL_ENV=%%~fi\"\r\n\
set \"PATH=%VIRTUAL_ENV%\\Scripts;%PATH%\"\r\n";

const POWERSHELL: &str = r#"# For PowerShell: .venv\Scripts\Activate.ps1
function global:deactivate ([switch]$Again) {
    if (Test-Path variable:global:_LichtfeldPath) {
        $env:PATH = $global:_LichtfeldPath
        Remove-Variable -Name _LichtfeldPath -Scope global
    }
    Remove-Item -ErrorAction SilentlyContinue env:VIRTUAL_ENV
    if (-not $Again) { Remove-Item -Path function:deactivate }
}
deactivate -Again
$env:VIRTUAL_ENV = (Resolve-Path (Join-Path $PSScriptRoot "..")).Path
$global:_LichtfeldPath = $env:PATH
$env:PATH = (Join-Path $env:VIRTUAL_ENV "Scripts") + ";" + $env:PATH
"#;
