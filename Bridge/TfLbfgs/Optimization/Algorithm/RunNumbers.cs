namespace TfLbfgs.Optimization;

/// <summary>
/// The numbers that a run keeps from one search to the next, with one order: of a single run, of a member of a batch, of the compiled loop,
/// and in the file of a state. Counts are whole numbers.
/// </summary>
/// <typeparam name="T">double, or a number of the graph.</typeparam>
internal record struct RunNumbers<T>
{
    /// <summary>How many numbers <see cref="Pack"/> gives.</summary>
    public const int Count = 16;

    /// <summary>Accepted iterations.</summary>
    public T Iterations { get; set; }

    /// <summary>Evaluations of loss and gradient.</summary>
    public T Evaluations { get; set; }

    /// <summary>How often the memory was cleared.</summary>
    public T Restarts { get; set; }

    /// <summary>Searches without an acceptable step.</summary>
    public T FailedSearches { get; set; }

    /// <summary>Of these, those in a row without progress.</summary>
    public T FailsInRow { get; set; }

    /// <summary>Iterations in a row whose actual and predicted change of the loss are within its error.</summary>
    public T Floor { get; set; }

    /// <summary>Iterations in a row that left the loss exactly as it was.</summary>
    public T Unchanged { get; set; }

    /// <summary>The factor of the first step along -g, which failed searches shrink.</summary>
    public T ShortStart { get; set; }

    /// <summary>The first step along the direction of the memory.</summary>
    public T FirstStep { get; set; }

    /// <summary>By how much the last accepted iteration lowered the loss; 0: none has.</summary>
    public T LastDecrease { get; set; }

    /// <summary>The slope at the end of the last search that gained as a part of that at its start; 0: none has.</summary>
    public T SlopeLeft { get; set; }

    /// <summary>
    /// How many more of the last searches a capped first trial suited than not, within <see cref="RuleConstants.MostCapScore"/>: trials are
    /// capped where it is positive.
    /// </summary>
    public T CapScore { get; set; }

    /// <summary>1 where the memory gives the next direction, 0 where it is -g.</summary>
    public T KeepsMemory { get; set; }

    /// <summary>The absolute error of the loss beyond its rounding, as far as failed searches proved one.</summary>
    public T ProvenNoise { get; set; }

    /// <summary>The largest error of the loss that any search showed: below it the losses report no curvature.</summary>
    public T ShownError { get; set; }

    /// <summary>The loss at the start.</summary>
    public T InitialLoss { get; set; }

    /// <summary>Numbers from <see cref="Pack"/>.</summary>
    public static RunNumbers<T> Of(ReadOnlySpan<T> numbers) => new()
    {
        Iterations = numbers[0],
        Evaluations = numbers[1],
        Restarts = numbers[2],
        FailedSearches = numbers[3],
        FailsInRow = numbers[4],
        Floor = numbers[5],
        Unchanged = numbers[6],
        ShortStart = numbers[7],
        FirstStep = numbers[8],
        LastDecrease = numbers[9],
        KeepsMemory = numbers[10],
        ProvenNoise = numbers[11],
        ShownError = numbers[12],
        InitialLoss = numbers[13],
        SlopeLeft = numbers[14],
        CapScore = numbers[15],
    };

    /// <summary>All numbers, in the order that <see cref="Of"/> takes.</summary>
    public readonly T[] Pack() =>
    [
        Iterations, Evaluations, Restarts, FailedSearches, FailsInRow, Floor, Unchanged, ShortStart, FirstStep, LastDecrease, KeepsMemory,
            ProvenNoise, ShownError, InitialLoss, SlopeLeft, CapScore,
    ];

    /// <summary>The same numbers of another kind.</summary>
    public readonly RunNumbers<TOther> Select<TOther>(Func<T, TOther> convert) =>
        RunNumbers<TOther>.Of(Array.ConvertAll(Pack(), number => convert(number)));
}
