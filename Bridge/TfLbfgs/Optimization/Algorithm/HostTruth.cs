namespace TfLbfgs.Optimization;

/// <summary>A truth value of the host.</summary>
/// <param name="Value">The value.</param>
internal readonly record struct HostTruth(bool Value) : ITruth<HostTruth>
{
    public static implicit operator HostTruth(bool value) => new(value);

    public static implicit operator bool(HostTruth truth) => truth.Value;

    public static HostTruth operator &(HostTruth a, HostTruth b) => new(a.Value & b.Value);

    public static HostTruth operator |(HostTruth a, HostTruth b) => new(a.Value | b.Value);

    public static HostTruth operator !(HostTruth a) => new(!a.Value);
}
