using System.CommandLine;
using System.CommandLine.Help;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Commands;

/// <summary>The <c>tflbfgs</c> program: its commands, and what becomes of their errors.</summary>
internal static class Tool
{
    private const string Description =
        "Refines Keras models with L-BFGS on TensorFlow, without Python. Start with 'demo'; 'doctor' shows whether TensorFlow works here.";

    private static readonly Option<bool> Json = new("--json") { Description = "End stdout with one line that holds the result as a JSON object.", Recursive = true };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of an error.", Recursive = true };

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments)
    {
        Command root = new("tflbfgs", Description);
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.Options.Add(Json);
        root.Options.Add(Verbose);
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(RefineCommand.Create());
        root.Subcommands.Add(PredictCommand.Create());
        root.Subcommands.Add(InspectCommand.Create());
        root.Subcommands.Add(ConvertCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());

        ParseResult parsed = root.Parse(arguments.Length > 0 ? arguments : ["--help"]);
        if (parsed.Errors.Count > 0)
        {
            string message = parsed.UnmatchedTokens.Count > 0 ? $"unknown command or argument '{parsed.UnmatchedTokens[0]}'" : OneLine(parsed.Errors[0].Message).TrimEnd('.');
            Command command = parsed.CommandResult.Command;
            string name = command == root ? root.Name : $"{root.Name} {command.Name}";
            Console.Error.WriteLine($"error: {message}. See '{name} --help'.");
            return ExitCode.BadInput;
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>Makes a command run: its report is printed, its errors become one line and an exit code.</summary>
    public static void SetRun(this Command command, Func<ParseResult, Report, int> run) => command.SetAction(parsed =>
    {
        bool json = parsed.GetValue(Json);
        using Report report = new(Console.Out);
        try
        {
            int code = run(parsed, report);
            if (json)
                Console.Out.WriteLine(report.Json.ToString());
            return code;
        }
        catch (Exception e)
        {
            bool expected = e is TfLbfgsException or IOException or UnauthorizedAccessException;
            string message = expected ? OneLine(e.Message) : $"unexpected {e.GetType().Name}: {OneLine(e.Message)} Run it with --verbose for the details of a report.";
            if (json)
                Console.Out.WriteLine(ErrorJson(message));
            Console.Error.WriteLine($"error: {message}");
            if (parsed.GetValue(Verbose))
                Console.Error.WriteLine(e);
            return expected ? ExitCode.BadInput : ExitCode.Failure;
        }
    });

    private static string ErrorJson(string message)
    {
        using JsonLine json = new();
        return json.Add("error", message).ToString();
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
