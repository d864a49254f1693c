namespace TfLbfgs.Optimization;

/// <summary>What a member asks of the next round. The default: stay, and evaluate where it stands.</summary>
internal record struct BatchCommand
{
    /// <summary>How many numbers <see cref="Write"/> writes.</summary>
    public const int Width = 11;

    /// <summary>The step to evaluate, along the direction that the round has.</summary>
    public double Step { get; set; }

    /// <summary>
    /// The cap of the step along a direction that is found in the round: at most this over the absolute value of its slope; 0: none.
    /// </summary>
    public double Decrease { get; set; }

    /// <summary>Whether the trial of the last round is to be kept, as the lowest one of its search.</summary>
    public bool Keeps { get; set; }

    /// <summary>Where the member moves before the evaluation.</summary>
    public BatchMove Move { get; set; }

    /// <summary>Whether the point that it moves to is its best one.</summary>
    public bool IsBest { get; set; }

    /// <summary>Whether the pair of the move is learnt.</summary>
    public bool Learns { get; set; }

    /// <summary>The slot that takes the pair.</summary>
    public int Slot { get; set; }

    /// <summary>The step that led to the point that it moves to.</summary>
    public double PairStep { get; set; }

    /// <summary>The factor of the change of the gradient in that pair: see <see cref="IterationRules{T, B}.FactorOfChange"/>.</summary>
    public double ChangeFactor { get; set; }

    /// <summary>Whether nothing was known before that pair.</summary>
    public bool IsFirstPair { get; set; }

    /// <summary>The share of the geometric length in that of D: see <see cref="LengthShare"/>.</summary>
    public int Share { get; set; }

    /// <summary>The direction along which the step is evaluated.</summary>
    public BatchTurn Turn { get; set; }

    /// <summary>Whether all pairs are forgotten first.</summary>
    public bool Clears { get; set; }

    /// <summary>The step with its cap.</summary>
    public readonly FirstTrial First => new(Step, Decrease > 0 ? Decrease : double.PositiveInfinity);

    /// <summary>Whether the round does more than to evaluate another step of a search.</summary>
    public readonly bool IsMore => Move != BatchMove.None || Turn != BatchTurn.None;

    /// <summary>What is left to do once the move and the pair are settled.</summary>
    public readonly BatchCommand Rest => new() { Step = Step, Decrease = Decrease, Turn = Turn, Clears = Clears };

    /// <summary>Writes the numbers that the device needs.</summary>
    public readonly void Write(Span<double> numbers)
    {
        numbers[0] = Step;
        numbers[1] = Keeps ? 1 : 0;
        numbers[2] = (double)Move;
        numbers[3] = IsBest ? 1 : 0;
        numbers[4] = Learns ? Slot : -1;
        numbers[5] = PairStep;
        numbers[6] = IsFirstPair ? 1 : 0;
        numbers[7] = (double)Turn;
        numbers[8] = Share;
        numbers[9] = ChangeFactor;
        numbers[10] = First.Decrease;
    }
}
