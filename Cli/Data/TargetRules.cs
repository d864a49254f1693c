using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Data;

/// <summary>What each loss expects of its targets and of the model's outputs.</summary>
internal static class TargetRules
{
    /// <summary>The names that <c>--loss</c> takes.</summary>
    public static readonly IReadOnlyList<string> Losses =
        ["mse", "mae", "huber", "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"];

    // How far the sum of rounded probabilities may be from 1.
    private const double SumTolerance = 1e-3;

    /// <summary>Whether <c>--standardize</c> scales targets too.</summary>
    public static bool ScalesTargets(string loss) => loss is "mse" or "mae" or "huber";

    /// <summary>Whether the loss is that of a classifier.</summary>
    public static bool IsClassification(string loss) => loss.EndsWith("crossentropy", StringComparison.Ordinal);

    /// <exception cref="TfLbfgsException">No loss has the name.</exception>
    public static void CheckName(string loss)
    {
        if (!Losses.Contains(loss))
            throw new TfLbfgsException($"--loss: expected one of {string.Join(", ", Losses)}, received '{loss}'.");
    }

    /// <summary>Checks the columns and all values of the targets.</summary>
    /// <exception cref="TfLbfgsException">They do not fit.</exception>
    public static void Check(string loss, long outputs, TrainingData data)
    {
        CheckShapes(loss, outputs, data.TargetColumns);
        CheckValues(loss, outputs, data.TargetColumns, data.Targets);
        CheckValues(loss, outputs, data.TargetColumns, data.ValidationTargets);
    }

    /// <summary>Checks that the columns fit the model's outputs.</summary>
    /// <param name="loss">The name of the loss.</param>
    /// <param name="outputs">The numbers that the model gives per row.</param>
    /// <param name="columns">The target columns.</param>
    /// <exception cref="TfLbfgsException">They do not fit.</exception>
    public static void CheckShapes(string loss, long outputs, IReadOnlyList<string> columns)
    {
        if (loss == "sparse_categorical_crossentropy")
        {
            if (columns.Count != 1)
                throw new TfLbfgsException(
                    $"{loss}: expected one target column with class numbers, received {columns.Count}: {TerminalText.Quote(columns)}.");
        }
        else if (columns.Count != outputs)
        {
            string hint = loss == "categorical_crossentropy" && columns.Count == 1
                ? " For one column of class numbers use --loss sparse_categorical_crossentropy." : "";
            throw new TfLbfgsException($"{loss}: expected one target column per output of the model, {outputs}, received "
                + $"{columns.Count}: {TerminalText.Quote(columns)}.{hint}");
        }

        if (loss is "categorical_crossentropy" or "sparse_categorical_crossentropy" && outputs < 2)
            throw new TfLbfgsException($"{loss}: expected a model with an output per class, at least 2, received {outputs}. For one "
                + "probability use --loss binary_crossentropy.");
    }

    /// <summary>Checks the values of the targets.</summary>
    /// <param name="loss">The name of the loss.</param>
    /// <param name="outputs">The numbers that the model gives per row.</param>
    /// <param name="columns">The target columns.</param>
    /// <param name="targets">Their values, unscaled.</param>
    /// <exception cref="TfLbfgsException">A value is not what the loss takes.</exception>
    public static void CheckValues(string loss, long outputs, IReadOnlyList<string> columns, Matrix targets)
    {
        for (int row = 0; row < targets.Rows; row++)
        {
            double sum = 0;
            for (int column = 0; column < targets.Columns; column++)
            {
                double value = targets[row, column];
                sum += value;
                string? expected = loss switch
                {
                    "binary_crossentropy" when value is not (0 or 1) => "0 or 1",
                    "categorical_crossentropy" when value is not (>= 0 and <= 1) => "a probability from 0 to 1",
                    "sparse_categorical_crossentropy" when !double.IsInteger(value) || value < 0 || value >= outputs =>
                        $"a class number, an integer from 0 to {outputs - 1}",
                    _ => null,
                };
                if (expected is not null)
                    throw new TfLbfgsException(
                        $"{loss}: expected {expected} in column '{columns[column]}', received {value:R} in data row {row + 1}.");
            }

            if (loss == "categorical_crossentropy" && Math.Abs(sum - 1) > SumTolerance)
                throw new TfLbfgsException($"{loss}: expected target columns that add up to 1, received {sum:R} in data row {row + 1}.");
        }
    }
}
