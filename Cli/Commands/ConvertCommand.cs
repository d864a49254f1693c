using System.CommandLine;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Keras.Saving;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>convert</c>: writes a model or weights in another format.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> InputArgument = new("IN") { Description = "A model or weights of any Keras, as for inspect." };

    private static readonly Argument<string> OutputArgument =
        new("OUT")
        {
            Description = "The file to write: .keras or .h5 for a model, a name that ends in a slash for a SavedModel; .weights.h5, "
                + ".weights.json, .npz, .h5 or .ckpt for weights.",
        };

    private static readonly Option<string?> ModelOption =
        new("--model", "-m") { Description = "A whole model with the architecture of weights that stand alone.", HelpName = "MODEL" };

    private static readonly Option<bool> WeightsOption =
        new("--weights-only") { Description = "Write the weights alone where OUT can hold a whole model (.h5)." };

    public static Command Create()
    {
        ToolCommand command = new(
            "convert", "Writes a model or weights in another format, and lists what that format does not hold.",
            "convert model.h5 model.keras", "convert model.keras exported/", "convert checkpoints/ model.weights.h5 --model model.h5");
        command.Arguments.Add(InputArgument);
        command.Arguments.Add(OutputArgument);
        command.AddOptions(ModelOption, WeightsOption, CommonOptions.DType);
        command.SetRun(session => Run(session.Options, session.Report));
        return command;
    }

    private static int Run(ParseResult parsed, Report report)
    {
        string input = parsed.GetRequiredValue(InputArgument), output = parsed.GetRequiredValue(OutputArgument);
        string place = Path.TrimEndingDirectorySeparator(output), side = Scaling.PathFor(FileIdentity.FinalPath(place));
        FilePlan plan = ScaledModel.PlanToRead(new FilePlan(), input).Read(ModelOption.Name, parsed.GetValue(ModelOption));
        plan = place == output
            ? plan.Write(OutputArgument.Name, output, replaces: ScaledModel.ModelRole) : plan.WriteFolder(OutputArgument.Name, place);
        plan.Write("the scaling file of OUT", side, replaces: ScaledModel.ScalingRole).Check();
        ConversionScaling scaling = ConversionScaling.Of(input);
        SaveReport saved = ModelConversion.Convert(
            input, output, parsed.GetValue(ModelOption), parsed.GetValue(WeightsOption),
                new LoadOptions { DType = CommonOptions.DTypeOf(parsed, CommonOptions.DType) });
        foreach (string warning in saved.Warnings)
            report.Warn(warning);
        report.Say($"{saved.Format}, {saved.VariableCount} variables");
        report.Wrote(output);
        scaling.Keep(output, side, report);
        report.Json.Add("format", saved.Format).Add("variables", saved.VariableCount);
        return ExitCode.Success;
    }
}
