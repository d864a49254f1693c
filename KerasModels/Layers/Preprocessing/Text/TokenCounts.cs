namespace TfLbfgs.Keras.Layers;

/// <summary>How often tokens occur, and in how many documents: what a vocabulary is chosen by.</summary>
/// <typeparam name="T">The type of the tokens.</typeparam>
internal sealed class TokenCounts<T> where T : notnull
{
    private readonly Dictionary<T, (long Total, long Documents)> _counts = [];
    private long _documents;

    /// <summary>Counts the tokens of one document.</summary>
    /// <param name="tokens">The tokens.</param>
    public void AddDocument(IEnumerable<T> tokens)
    {
        _documents++;
        HashSet<T> seen = [];
        foreach (T token in tokens)
        {
            (long total, long documents) = _counts.GetValueOrDefault(token);
            _counts[token] = (total + 1, documents + (seen.Add(token) ? 1 : 0));
        }
    }

    /// <summary>The tokens that occur most often; of those that occur equally often the largest first, as Keras sorts.</summary>
    /// <param name="excluded">Tokens that are none of a vocabulary.</param>
    /// <param name="limit">How many there are at most; null: any number.</param>
    /// <param name="order">The order of tokens.</param>
    public T[] MostFrequent(IEnumerable<T> excluded, int? limit, IComparer<T> order)
    {
        foreach (T token in excluded)
            _counts.Remove(token);
        IEnumerable<T> sorted = _counts.OrderByDescending(entry => entry.Value.Total).ThenByDescending(entry => entry.Key, order)
            .Select(entry => entry.Key);
        return [.. limit is { } most ? sorted.Take(most) : sorted];
    }

    /// <summary>The inverse document frequency: the logarithm of 1 + documents / (1 + documents with the token).</summary>
    /// <param name="token">A token.</param>
    public double InverseDocumentFrequency(T token) => Math.Log(1 + (_documents / (1.0 + _counts.GetValueOrDefault(token).Documents)));
}
