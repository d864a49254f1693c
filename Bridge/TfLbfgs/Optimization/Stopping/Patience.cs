namespace TfLbfgs.Optimization;

/// <summary>Counts how many values in a row were no improvement.</summary>
internal sealed class Patience
{
    /// <summary>The value to fall below.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    /// <summary>How many in a row were none.</summary>
    public int Waited { get; set; }

    /// <summary>Forgets all.</summary>
    public void Clear() => (Best, Waited) = (double.PositiveInfinity, 0);

    /// <summary>Takes the next value; one that is not a number is no improvement.</summary>
    /// <param name="value">The value.</param>
    /// <param name="minimumImprovement">It counts when it is lower than the best one by more than this.</param>
    public void Add(double value, double minimumImprovement)
    {
        if (value < Best - minimumImprovement)
        {
            Best = value;
            Waited = 0;
        }
        else
        {
            Waited++;
        }
    }
}
