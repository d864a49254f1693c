using System.CommandLine;
using TfLbfgs.Cli.Data;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Commands;

/// <summary>What <c>refine</c> is told.</summary>
internal sealed record RefineOptions
{
    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "The model, saved by Keras 2, Keras 3 or this tool: legacy whole-model .h5." };
    private static readonly Option<string> DataOption = new("--data", "-d") { Description = "The data: CSV with a header row.", HelpName = "FILE.csv", Required = true };

    private static readonly Option<string> TargetOption =
        new("--target", "-t") { Description = "The target columns, separated by commas. All other columns are inputs, in the order of the file.", HelpName = "COLUMN[,COLUMN]", Required = true };

    private static readonly Option<string> LossOption =
        new("--loss", "-l") { Description = $"The loss: {string.Join(", ", TargetRules.Losses)}.", HelpName = "NAME", DefaultValueFactory = _ => "mse" };

    private static readonly Option<string> OutputOption = new("--output", "-o") { Description = "The refined model, .h5, which Keras 2 and Keras 3 open.", HelpName = "OUT", Required = true };

    private static readonly Option<double> SplitOption = NumberOption.Create(
        "--validation-split", "The last fraction of the rows is not trained on; its loss is reported.", "a number of at least 0 and below 1", (double f) => f is >= 0 and < 1, 0);

    private static readonly Option<int?> ValidationPatienceOption = NumberOption.Create<int>(
        "--validation-patience", "End after so many validations in a row without a lower loss, and save the point where it was lowest. Needs --validation-split.", "an integer of at least 1", n => n >= 1);

    private static readonly Option<int> ValidationIntervalOption = NumberOption.Create(
        "--validation-interval", "For --validation-patience: validate at each N-th iteration.", "an integer of at least 1", (int n) => n >= 1, 1);

    private static readonly Option<string?> PlotOption = new("--plot") { Description = "Draw the loss against iterations, evaluations and time.", HelpName = "FILE.png|.svg" };

    private static readonly Option<bool> StandardizeOption = new("--standardize")
    {
        Description = "Scale inputs, and for mse, mae and huber also targets, to mean 0 and standard deviation 1; saved as OUT.scaling.json, which predict applies.",
    };

    private static readonly Option<string?> DTypeOption = new("--dtype") { Description = "Compute and save in float64 or float32. Default: as saved.", HelpName = "DTYPE" };

    private static readonly Option<string?> ComputeDTypeOption =
        new("--compute-dtype") { Description = "Compute in float64 or float32, and save in the dtype of the model. Default: that of the model.", HelpName = "DTYPE" };

    public required string Model { get; init; }

    public required string Data { get; init; }

    public required IReadOnlyList<string> Targets { get; init; }

    public required string Loss { get; init; }

    public required string Output { get; init; }

    public required double ValidationSplit { get; init; }

    public required int? ValidationPatience { get; init; }

    public required int ValidationInterval { get; init; }

    public required string? Plot { get; init; }

    public required bool Standardize { get; init; }

    public required DType? DType { get; init; }

    public required DType? ComputeDType { get; init; }

    public required LbfgsOptions Minimizer { get; init; }

    /// <summary>Full paths of what is written while the minimizer runs.</summary>
    public required IReadOnlyList<string> Logs { get; init; }

    /// <summary>Adds the options to the command.</summary>
    /// <returns>Reads them.</returns>
    public static Func<ParseResult, RefineOptions> AddTo(Command command)
    {
        command.Arguments.Add(ModelArgument);
        foreach (Option option in (Option[])[DataOption, TargetOption, LossOption, OutputOption])
            command.Options.Add(option);
        MinimizerOptions minimizer = new(command);
        foreach (Option option in (Option[])[SplitOption, ValidationPatienceOption, ValidationIntervalOption, PlotOption, StandardizeOption, DTypeOption, ComputeDTypeOption])
            command.Options.Add(option);
        return parsed => new RefineOptions
        {
            Model = parsed.GetRequiredValue(ModelArgument),
            Data = parsed.GetRequiredValue(DataOption),
            Targets = ColumnNames(parsed.GetRequiredValue(TargetOption)),
            Loss = parsed.GetRequiredValue(LossOption),
            Output = parsed.GetRequiredValue(OutputOption),
            ValidationSplit = parsed.GetValue(SplitOption),
            ValidationPatience = parsed.GetValue(ValidationPatienceOption),
            ValidationInterval = parsed.GetValue(ValidationIntervalOption),
            Plot = parsed.GetValue(PlotOption),
            Standardize = parsed.GetValue(StandardizeOption),
            DType = ParseDType(DTypeOption, parsed),
            ComputeDType = ParseDType(ComputeDTypeOption, parsed),
            Minimizer = minimizer.Of(parsed),
            Logs = minimizer.Files(parsed),
        };
    }

    /// <summary>Splits the value of <c>--target</c>.</summary>
    /// <exception cref="TfLbfgsException">A name is empty or given twice.</exception>
    public static string[] ColumnNames(string list)
    {
        string[] names = list.Split(',', StringSplitOptions.TrimEntries);
        if (names.Any(name => name.Length == 0))
            throw new TfLbfgsException($"--target: expected names of columns separated by commas, received '{list}'.");
        if (names.Distinct().Count() < names.Length)
            throw new TfLbfgsException($"--target: expected each column once, received '{list}'.");
        return names;
    }

    internal static DType? ParseDType(Option<string?> option, ParseResult parsed) => parsed.GetValue(option) switch
    {
        null => null,
        "float64" => Runtime.DType.Float64,
        "float32" => Runtime.DType.Float32,
        string name => throw new TfLbfgsException($"{option.Name}: expected float64 or float32, received '{name}'."),
    };
}
