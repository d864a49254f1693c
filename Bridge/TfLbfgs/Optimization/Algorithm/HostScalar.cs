namespace TfLbfgs.Optimization;

/// <summary>A number of the host.</summary>
/// <param name="Value">The number.</param>
internal readonly record struct HostScalar(double Value) : IScalar<HostScalar, HostTruth>
{
    public static implicit operator HostScalar(double value) => new(value);

    public static implicit operator double(HostScalar scalar) => scalar.Value;

    public static HostScalar operator +(HostScalar a, HostScalar b) => new(a.Value + b.Value);

    public static HostScalar operator -(HostScalar a, HostScalar b) => new(a.Value - b.Value);

    public static HostScalar operator -(HostScalar a) => new(-a.Value);

    public static HostScalar operator *(HostScalar a, HostScalar b) => new(a.Value * b.Value);

    public static HostScalar operator /(HostScalar a, HostScalar b) => new(a.Value / b.Value);

    public static HostTruth operator <(HostScalar a, HostScalar b) => new(a.Value < b.Value);

    public static HostTruth operator >(HostScalar a, HostScalar b) => new(a.Value > b.Value);

    public static HostTruth operator <=(HostScalar a, HostScalar b) => new(a.Value <= b.Value);

    public static HostTruth operator >=(HostScalar a, HostScalar b) => new(a.Value >= b.Value);

    public static HostTruth Same(HostScalar a, HostScalar b) => new(a.Value == b.Value);

    public static HostTruth IsFinite(HostScalar a) => new(double.IsFinite(a.Value));

    public static HostScalar Abs(HostScalar a) => new(Math.Abs(a.Value));

    public static HostScalar Sign(HostScalar a) => new(double.IsNaN(a.Value) ? double.NaN : Math.Sign(a.Value));

    public static HostScalar Sqrt(HostScalar a) => new(Math.Sqrt(a.Value));

    public static HostScalar Pow(HostScalar a, HostScalar exponent) => new(Math.Pow(a.Value, exponent.Value));

    public static HostScalar Min(HostScalar a, HostScalar b) => new(Math.Min(a.Value, b.Value));

    public static HostScalar Max(HostScalar a, HostScalar b) => new(Math.Max(a.Value, b.Value));

    public static HostScalar If(HostTruth condition, HostScalar then, HostScalar otherwise) => condition.Value ? then : otherwise;
}
