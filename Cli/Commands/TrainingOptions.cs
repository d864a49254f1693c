using System.CommandLine;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Commands;

/// <summary>What <c>train</c> and <c>refine</c> have in common.</summary>
internal sealed record TrainingOptions
{
    private static readonly Option<string> OutputOption = CommonOptions.Output("the trained model, .keras or .h5, which Keras opens");

    private static readonly Option<double> SplitOption = NumberOption.Create(
        "--validation-split", "The last fraction of the rows is not trained on; its loss is reported.",
            "a number of at least 0 and below 1", (double f) => f is >= 0 and < 1, 0);

    private static readonly Option<int?> ValidationPatienceOption = NumberOption.Create<int>(
        "--validation-patience", "End after this many validations in a row without a lower loss, and save the point where it was lowest. "
            + "Needs --validation-split.", "an integer of at least 1", n => n >= 1);

    private static readonly Option<int> ValidationIntervalOption = NumberOption.Create(
        "--validation-interval", "For --validation-patience: validate at each N-th iteration.", "an integer of at least 1", (int n) =>
            n >= 1, 1);

    private static readonly Option<string?> PlotOption =
        new("--plot") { Description = "Draw the loss against iterations, evaluations and time; .png or .svg.", HelpName = "FILE" };

    private static readonly Option<string?> ReportOption = new("--report")
    {
        Description =
            "Write report.html into this folder: curves, predictions against targets, residuals or a confusion matrix, the configuration.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> StandardizeOption = new("--standardize")
    {
        Description = "Scale inputs, and for mse, mae and huber also targets, to mean 0 and standard deviation 1; saved in the model, "
            + "which predict applies, and as OUT.scaling.json for people.",
    };

    private static readonly Option<string?> ComputeDTypeOption =
        new("--compute-dtype")
        {
            Description =
            "Compute in float64 or float32, and save in the dtype of the model. Default: that of the model.",
            HelpName = "DTYPE"
        };

    static TrainingOptions() => ComputeDTypeOption.CompletionSources.Add("float64", "float32");

    public required string Data { get; init; }

    public required ColumnChoice Columns { get; init; }

    /// <summary>The loss; null: the default.</summary>
    public required string? Loss { get; init; }

    public required string Output { get; init; }

    public required double ValidationSplit { get; init; }

    public required int? ValidationPatience { get; init; }

    public required int ValidationInterval { get; init; }

    public required string? Plot { get; init; }

    /// <summary>The folder of the report; null: none.</summary>
    public required string? ReportFolder { get; init; }

    public required bool Standardize { get; init; }

    public required DType? DType { get; init; }

    public required DType? ComputeDType { get; init; }

    public required LbfgsOptions Minimizer { get; init; }

    /// <summary>The file of the report; null: none.</summary>
    public string? ReportFile => ReportFolder is null ? null : Path.Combine(ReportFolder, "report.html");

    /// <summary>Adds the options to a command.</summary>
    /// <returns>Reads them and checks all files of the command.</returns>
    public static Func<ParseResult, Report, FilePlan, TrainingOptions> AddTo(Command command)
    {
        command.AddOptions(CommonOptions.Data, CommonOptions.Target, CommonOptions.Input, CommonOptions.Ignore,
            CommonOptions.Loss, OutputOption);
        MinimizerOptions minimizer = new(command);
        command.AddOptions(
            SplitOption, ValidationPatienceOption, ValidationIntervalOption, PlotOption, ReportOption, StandardizeOption,
            CommonOptions.DType, ComputeDTypeOption);
        return (parsed, report, files) => Read(parsed, report, files, minimizer);
    }

    private static TrainingOptions Read(ParseResult parsed, Report report, FilePlan files, MinimizerOptions minimizer)
    {
        TrainingOptions options = new()
        {
            Data = parsed.GetRequiredValue(CommonOptions.Data),
            Columns = CommonOptions.Columns(parsed, parsed.GetRequiredValue(CommonOptions.Target)),
            Loss = parsed.GetValue(CommonOptions.Loss),
            Output = parsed.GetRequiredValue(OutputOption),
            ValidationSplit = parsed.GetValue(SplitOption),
            ValidationPatience = parsed.GetValue(ValidationPatienceOption),
            ValidationInterval = parsed.GetValue(ValidationIntervalOption),
            Plot = parsed.GetValue(PlotOption),
            ReportFolder = parsed.GetValue(ReportOption),
            Standardize = parsed.GetValue(StandardizeOption),
            DType = CommonOptions.DTypeOf(parsed, CommonOptions.DType),
            ComputeDType = CommonOptions.DTypeOf(parsed, ComputeDTypeOption),
            Minimizer = minimizer.Of(parsed, report),
        };
        options.CheckValues();
        files.Read(CommonOptions.Data.Name, options.Data).Write(OutputOption.Name, options.Output, replaces: ScaledModel.ModelRole)
            .Write("the scaling file of --output", Scaling.PathFor(FileIdentity.FinalPath(options.Output)),
                replaces: ScaledModel.ScalingRole)
            .Write(PlotOption.Name, options.Plot).WriteFolder(ReportOption.Name, options.ReportFolder)
                .Write(ReportOption.Name, options.ReportFile);
        minimizer.AddTo(files, parsed);
        files.Check();
        return options;
    }

    private void CheckValues()
    {
        if (Loss is not null)
            TargetRules.CheckName(Loss);
        if (Output.Length > 0 && Path.GetExtension(Output).ToUpperInvariant() is not (".H5" or ".HDF5" or ".KERAS")
            || Output.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase))
            throw new TfLbfgsException($"{OutputOption.Name}: expected a file that ends in .keras or .h5, received {Output}.");
        if (ValidationPatience is not null && ValidationSplit == 0)
            throw new TfLbfgsException(
                "--validation-patience: expected --validation-split as well, received none: there are no rows to validate with.");
        if (Plot is not null && Path.GetExtension(Plot).ToUpperInvariant() is not (".PNG" or ".SVG"))
            throw new TfLbfgsException($"{PlotOption.Name}: expected a file that ends in .png or .svg, received {Plot}.");
    }
}
