using System.CommandLine;
using System.Globalization;

namespace TfLbfgs.Cli.Commands;

/// <summary>Completion in shells: <c>completion SHELL</c> prints a script, which asks the tool by <c>[suggest:POSITION] LINE</c>.</summary>
internal static class Completion
{
    private const string Directive = "[suggest";

    private static readonly Argument<string> Shell = new("SHELL") { Description = "The shell: bash, zsh or fish." };

    /// <summary>The command that prints scripts.</summary>
    public static Command CreateCommand()
    {
        ToolCommand command = new(
            "completion", "Prints the script that completes commands and options in a shell.", "completion bash >> ~/.bashrc",
                "completion fish > ~/.config/fish/completions/tflbfgs.fish");
        Shell.CompletionSources.Add("bash", "zsh", "fish");
        command.Arguments.Add(Shell);
        command.SetRun(session =>
        {
            string shell = session.Options.GetRequiredValue(Shell);
            string script = Script(shell) ?? throw new TfLbfgsException($"SHELL: expected bash, zsh or fish, received '{shell}'.");
            session.Report.Say(script);
            session.Report.Json.Add("script", script);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Answers a script.</summary>
    /// <returns>Whether the arguments are a question.</returns>
    public static bool Answer(Command root, string[] arguments, TextWriter output)
    {
        if (arguments.Length != 2 || !arguments[0].StartsWith(Directive, StringComparison.Ordinal) || !arguments[0].EndsWith(']'))
            return false;
        string line = arguments[1];
        string position = arguments[0][Directive.Length..^1].TrimStart(':');
        int at = int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out int given)
            ? Math.Min(given, line.Length) : line.Length;
        foreach (string label in root.Parse(line).GetCompletions(at).Select(item => item.Label).Distinct(StringComparer.Ordinal))
            output.WriteLine(label);
        return true;
    }

    private static string? Script(string shell) => shell switch
    {
        "bash" => """
            _tflbfgs() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(tflbfgs "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _tflbfgs tflbfgs
            """,
        "zsh" => """
            _tflbfgs() {
                local -a found
                found=("${(@f)$(tflbfgs "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a found
                _files
            }
            compdef _tflbfgs tflbfgs
            """,
        "fish" => """
            complete -c tflbfgs -a '(tflbfgs "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
        _ => null,
    };
}
