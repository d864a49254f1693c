namespace TfLbfgs.Cli.Data;

/// <summary>How good predictions are: errors of each target for regression, hits and confusions for classes.</summary>
internal static class Evaluation
{
    /// <summary>The errors of a column of predictions.</summary>
    /// <param name="truth">The targets.</param>
    /// <param name="predicted">The predictions.</param>
    public static ColumnErrors Errors(IReadOnlyList<double> truth, IReadOnlyList<double> predicted)
    {
        double mean = truth.Average(), squares = 0, absolute = 0, largest = 0, variance = 0;
        for (int i = 0; i < truth.Count; i++)
        {
            double error = predicted[i] - truth[i];
            squares += error * error;
            absolute += Math.Abs(error);
            largest = Math.Max(largest, Math.Abs(error));
            variance += (truth[i] - mean) * (truth[i] - mean);
        }

        return new ColumnErrors(squares / truth.Count, absolute / truth.Count, largest, variance == 0
            ? double.NaN : 1 - (squares / variance));
    }

    /// <summary>Which classes were taken for which.</summary>
    /// <param name="loss">The loss, which says how classes are written.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="predicted">The outputs of the model.</param>
    /// <returns>Rows by true class, columns by predicted class.</returns>
    public static long[,] Confusion(string loss, Matrix targets, Matrix predicted)
    {
        int classes = predicted.Columns == 1 ? 2 : predicted.Columns;
        long[,] counts = new long[classes, classes];
        for (int row = 0; row < targets.Rows; row++)
        {
            int truth = loss == "sparse_categorical_crossentropy" || targets.Columns == 1 ? (int)targets[row, 0] : Largest(targets, row);
            int answer = predicted.Columns == 1 ? (predicted[row, 0] > 0.5 ? 1 : 0) : Largest(predicted, row);
            counts[truth, answer]++;
        }

        return counts;
    }

    /// <summary>Whether the outputs are classes that exclude each other, or one of two.</summary>
    public static bool HasClasses(string loss, int outputs) =>
        TargetRules.IsClassification(loss) && (loss != "binary_crossentropy" || outputs == 1);

    /// <summary>The share of the diagonal.</summary>
    public static double Accuracy(long[,] confusion)
    {
        long all = 0, right = 0;
        for (int i = 0; i < confusion.GetLength(0); i++)
        {
            right += confusion[i, i];
            for (int j = 0; j < confusion.GetLength(1); j++)
                all += confusion[i, j];
        }

        return all == 0 ? double.NaN : (double)right / all;
    }

    private static int Largest(Matrix rows, int row)
    {
        int best = 0;
        for (int column = 1; column < rows.Columns; column++)
        {
            if (rows[row, column] > rows[row, best])
                best = column;
        }

        return best;
    }
}
