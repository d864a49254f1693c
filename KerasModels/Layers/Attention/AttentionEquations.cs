namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The einsum equations of attention over any dimensions. After the projections tensors are [batch, dimensions, heads, size].
/// </summary>
/// <param name="Scores">From keys and queries to scores, [batch, other dimensions, heads, queries, keys].</param>
/// <param name="Combine">From scores and values to the output, of the form of the queries.</param>
/// <param name="Axes">The number of dimensions over which is attended.</param>
internal sealed record AttentionEquations(string Scores, string Combine, int Axes)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>The equations.</summary>
    /// <param name="rank">The dimensions of projected queries.</param>
    /// <param name="axes">The dimensions over which is attended.</param>
    public static AttentionEquations For(int rank, int[] axes)
    {
        string target = Letters[..rank];
        int next = rank;
        char[] source = [.. Enumerable.Range(0, rank).Select(i => axes.Contains(i) ? Letters[next++] : target[i])];
        IEnumerable<int> batch = Enumerable.Range(0, rank - 1).Except(axes);
        string product = string.Concat([.. batch.Select(i => target[i]), .. axes.Select(i => target[i]), .. axes.Select(i => source[i])]);
        string keys = new(source);
        return new AttentionEquations($"{keys},{target}->{product}", $"{product},{keys}->{target}", axes.Length);
    }

    /// <summary>The equation of a projection, and the letters of its bias.</summary>
    /// <param name="free">The dimensions that stay, the batch among them.</param>
    /// <param name="bound">The dimensions that are summed over.</param>
    /// <param name="outputs">The new dimensions.</param>
    public static (string Equation, string BiasAxes) Projection(int free, int bound, int outputs)
    {
        string stays = Letters[..free], summed = Letters.Substring(free, bound), made = Letters.Substring(free + bound, outputs);
        return ($"{stays}{summed},{summed}{made}->{stays}{made}", made);
    }
}
