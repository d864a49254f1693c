using System.CommandLine;
using System.CommandLine.Help;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Commands;

/// <summary>The <c>tflbfgs</c> program: its commands, and what becomes of their errors.</summary>
internal static class Tool
{
    /// <summary>The name of the program.</summary>
    public const string Name = "tflbfgs";

    private const string Description =
        "Trains and refines Keras models with L-BFGS on TensorFlow, without Python. Start with 'demo'; 'doctor' shows whether TensorFlow "
        + "works here.";

    private static readonly Option<bool> Json =
        new("--json") { Description = "End stdout with one line that holds the result as a JSON object.", Recursive = true };
    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Print the stack trace of an error.",
        Recursive = true
    };

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments)
    {
        SafeWriter output = new(Console.Out), error = new(Console.Error);
        // Code that writes to the console, such as the progress, must survive a stream that fails.
        Console.SetOut(output);
        Console.SetError(error);
        int code = Run(arguments, output, error, isProcess: true);
        output.Flush();
        if (output.Failure is not null)
        {
            error.WriteLine($"error: stdout could not be written: {TerminalText.OneLine(output.Failure.Message)}");
            code = code == ExitCode.Success ? ExitCode.Elsewhere : code;
        }

        // A native library that was loaded in part may crash while the process ends, which would hide the exit code.
        if (code != ExitCode.Success)
            Interruption.EndProcess(code);
        return code;
    }

    /// <summary>Runs the program with writers in place of the console.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="output">Text and the JSON object.</param>
    /// <param name="error">Errors.</param>
    /// <param name="isProcess">Whether signals and the terminal are those of the process.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, bool isProcess = false)
    {
        Command root = CreateRoot();
        if (Completion.Answer(root, arguments, output))
            return ExitCode.Success;
        // A file of arguments would show what it holds in messages.
        ParseResult parsed = root.Parse(arguments.Length > 0 ? arguments : ["--help"],
            new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool hasJson = parsed.GetResult(Json) is { } asked && !asked.Errors.Any() && parsed.GetValue(Json);
        string? wrong = parsed.Action is HelpText ? null : ErrorOf(root, parsed);
        hasJson |= wrong is not null && arguments.Contains(Json.Name);
        if (wrong is not null)
            return Refuse(root, parsed, wrong, hasJson, output, error);
        if (parsed.Action is RunAction run)
            return Invoke(run.Run, parsed, hasJson, output, error, isProcess);
        StringWriter text = new();
        int code = parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = text,
            Error = error
        });
        if (hasJson)
            output.WriteLine(TextJson(text.ToString()));
        else
            output.Write(text.ToString());
        return code;
    }

    /// <summary>Makes a command run: its report is printed, its errors become one line and an exit code.</summary>
    public static void SetRun(this Command command, Func<Session, int> run) => command.Action = new RunAction(run);

    /// <summary>The program with its commands.</summary>
    public static Command CreateRoot()
    {
        Command root = new(Name, Description);
        HelpOption help = new();
        help.Action = new HelpText((HelpAction)help.Action!);
        VersionOption version = new();
        // It may be combined with --json.
        version.Validators.Clear();
        root.AddOptions(help, version, Json, Verbose);
        foreach (Command command in (Command[])[
            TrainCommand.Create(), RefineCommand.Create(), PredictCommand.Create(), EvaluateCommand.Create(), InspectCommand.Create(),
                ConvertCommand.Create(),
            DoctorCommand.Create(), WorkerCommand.Create(), DemoCommand.Create(), Completion.CreateCommand()])
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static string? ErrorOf(Command root, ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
        {
            return parsed.UnmatchedTokens.Count > 0
                ? $"unknown command or argument '{TerminalText.Shorten(parsed.UnmatchedTokens[0], 60)}'"
                : parsed.Errors[0].Message.TrimEnd('.');
        }

        // An option without its value takes the next option for it.
        Option[] options = [.. parsed.CommandResult.Command.Options.Union(root.Options)];
        HashSet<string> names = [.. options.SelectMany(option => option.Aliases.Append(option.Name))];
        return (
            from option in options
            from token in parsed.GetResult(option)?.Tokens ?? []
            where names.Contains(token.Value)
            select $"{option.Name}: expected a value, received the option {token.Value}").FirstOrDefault();
    }

    private static int Refuse(Command root, ParseResult parsed, string message, bool hasJson, TextWriter output, TextWriter error)
    {
        Command command = parsed.CommandResult.Command;
        string line = TerminalText.OneLine($"{message}. See '{(command == root ? Name : $"{Name} {command.Name}")} --help'.");
        if (hasJson)
            output.WriteLine(Report.ErrorJson(line));
        error.WriteLine($"error: {line}");
        return ExitCode.BadInput;
    }

    private static int Invoke(Func<Session, int> run, ParseResult parsed, bool hasJson, TextWriter output, TextWriter error, bool isProcess)
    {
        using Report report = new(output, hasJson);
        using Interruption interruption = new(Fail, listens: isProcess);
        try
        {
            int code = run(new Session(parsed, report, interruption, isProcess && !Console.IsOutputRedirected));
            report.End();
            return code == ExitCode.Success && report.IsElsewhere ? ExitCode.Elsewhere : code;
        }
        catch (Exception e)
        {
            bool expected = e is TfLbfgsException or IOException or UnauthorizedAccessException;
            Fail(expected ? e.Message : $"unexpected {e.GetType().Name}: {e.Message} Run it with --verbose for the details of a report.");
            if (parsed.GetValue(Verbose))
                error.WriteLine(TerminalText.Clean(e.ToString()));
            return expected ? ExitCode.BadInput : ExitCode.Failure;
        }

        void Fail(string message)
        {
            string line = TerminalText.OneLine(message);
            report.EndWithError(line);
            error.WriteLine($"error: {line}");
        }
    }

    private static string TextJson(string text)
    {
        using JsonLine json = new();
        return json.Add("text", text).ToString();
    }
}
