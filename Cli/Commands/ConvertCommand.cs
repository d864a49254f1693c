using System.CommandLine;
using TfLbfgs.Cli.Output;
using TfLbfgs.Keras.Saving;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>convert</c>: writes a model or weights in another format.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> InputArgument = new("IN") { Description = "A model or weights of any Keras, as for inspect." };

    private static readonly Argument<string> OutputArgument =
        new("OUT") { Description = "The file to write: .keras or .h5 for a model; .weights.h5, .weights.json, .npz, .h5 or .ckpt for weights." };

    private static readonly Option<string?> ModelOption =
        new("--model", "-m") { Description = "A whole model with the architecture of weights that stand alone.", HelpName = "MODEL" };

    private static readonly Option<bool> WeightsOption = new("--weights-only") { Description = "Write the weights alone where OUT can hold a whole model (.h5)." };

    private static readonly Option<string?> DTypeOption = new("--dtype") { Description = "Write the model in float64 or float32. Default: as saved.", HelpName = "DTYPE" };

    public static Command Create()
    {
        Command command = new("convert", "Writes a model or weights in another format, and lists what that format does not hold.");
        command.Arguments.Add(InputArgument);
        command.Arguments.Add(OutputArgument);
        foreach (Option option in (Option[])[ModelOption, WeightsOption, DTypeOption])
            command.Options.Add(option);
        command.SetRun(Run);
        return command;
    }

    private static int Run(ParseResult parsed, Report report)
    {
        string input = parsed.GetRequiredValue(InputArgument), output = parsed.GetRequiredValue(OutputArgument);
        OutputPlace.CheckWritable(output, "OUT");
        SaveReport saved = ModelConversion.Convert(
            input, output, parsed.GetValue(ModelOption), parsed.GetValue(WeightsOption), new LoadOptions { DType = RefineOptions.ParseDType(DTypeOption, parsed) });
        foreach (string warning in saved.Warnings)
            report.Warn(warning);
        report.Say($"Wrote {Path.GetFullPath(output)}: {saved.Format}, {saved.VariableCount} variables");
        report.Json.Add("format", saved.Format).Add("variables", saved.VariableCount).Add("files", [Path.GetFullPath(output)]).Add(
            "warnings", report.Warnings);
        return ExitCode.Success;
    }
}
