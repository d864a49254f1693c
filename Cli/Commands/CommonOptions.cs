using System.CommandLine;
using TfLbfgs.Cli.Data;
using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Commands;

/// <summary>The arguments and options that several commands have, each with one name and one meaning.</summary>
internal static class CommonOptions
{
    public static readonly Argument<string> Model = new("MODEL")
    {
        Description = "The model: .keras, .h5 or a SavedModel of any Keras, or one that this tool saved; the scaling in it is applied.",
    };

    public static readonly Option<string> Data =
        new("--data", "-d")
        {
            Description = "The data: CSV with a header row, or an .npz archive of NumPy. A pipe is read once.",
            HelpName = "FILE",
            Required = true
        };

    public static readonly Option<string> Target = new("--target", "-t")
    {
        Description = "The target columns, separated by commas. All other columns are inputs, in the order of the file, unless --input "
            + "or --ignore is given.",
        HelpName = "COLUMN[,COLUMN]",
        Required = true,
    };

    public static readonly Option<string?> OptionalTarget = new("--target", "-t")
    {
        Description = "The target columns, separated by commas. They are not read; not needed where the model knows its columns.",
        HelpName = "COLUMN[,COLUMN]",
    };

    public static readonly Option<string?> Input = new("--input", "-i")
    {
        Description = "The input columns in the order of the model's inputs. Default: all that are not named otherwise.",
        HelpName = "COLUMN[,COLUMN]",
    };

    public static readonly Option<string?> Ignore =
        new("--ignore") { Description = "Columns that are not read, such as names.", HelpName = "COLUMN[,COLUMN]" };

    public static readonly Option<string?> Loss =
        new("--loss", "-l")
        {
            Description = $"The loss: {string.Join(", ", TargetRules.Losses)}. Default: the one that this tool trained "
            + "the model with, else mse.",
            HelpName = "NAME"
        };

    public static readonly Option<string?> DType =
        new("--dtype") { Description = "Compute and save in float64 or float32. Default: as saved.", HelpName = "DTYPE" };

    public static readonly Option<int> PredictionBatch = BatchSize("those that are computed at once", 1024);

    public static readonly Option<bool> AllowUnauthenticated = new("--allow-unauthenticated")
    {
        Description = "Open TensorFlow's server, which has no authentication, although other hosts can reach this one.",
    };

    static CommonOptions()
    {
        Loss.CompletionSources.Add([.. TargetRules.Losses]);
        DType.CompletionSources.Add("float64", "float32");
    }

    /// <summary>Where a command writes its result.</summary>
    /// <param name="result">The result, after a colon.</param>
    /// <param name="byDefault">The place without the option; null: the option is needed.</param>
    public static Option<string> Output(string result, string? byDefault = null) => new("--output", "-o")
    {
        Description = $"Where the result is written: {result}.",
        HelpName = "OUT",
        Required = byDefault is null,
        DefaultValueFactory = byDefault is null ? null : _ => byDefault,
    };

    /// <summary>The rows of a batch.</summary>
    /// <param name="rows">Which rows, after a colon.</param>
    /// <param name="byDefault">The number without the option.</param>
    public static Option<int> BatchSize(string rows, int byDefault) => NumberOption.Create(
        "--batch-size", $"The rows of a batch: {rows}.", "an integer of at least 1", (int n) => n >= 1, byDefault);

    /// <summary>The seed of random numbers.</summary>
    /// <param name="numbers">What is random, after a colon.</param>
    public static Option<int> Seed(string numbers) => NumberOption.Create(
        "--seed", $"The seed of the random numbers: {numbers}.", "an integer of at least 0", (int n) => n >= 0, 1);

    /// <summary>The columns that the options name.</summary>
    public static ColumnChoice Columns(ParseResult parsed, string? targets) => new(
        ColumnChoice.Names(targets, Target.Name), ColumnChoice.Names(parsed.GetValue(Input), Input.Name),
            ColumnChoice.Names(parsed.GetValue(Ignore), Ignore.Name));

    /// <summary>The dtype that an option names; null: none.</summary>
    /// <exception cref="TfLbfgsException">It names no dtype of floating-point numbers.</exception>
    public static DType? DTypeOf(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        "float64" => Runtime.DType.Float64,
        "float32" => Runtime.DType.Float32,
        string name => throw new TfLbfgsException($"{option.Name}: expected float64 or float32, received '{name}'."),
    };
}
