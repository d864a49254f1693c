using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

public sealed class ShapeTests
{
    [Fact]
    public void ToString_AnyShape_IsAsPythonPrintsIt()
    {
        Assert.Equal("()", Shape.Scalar.ToString());
        Assert.Equal("(3,)", Shape.Create([3]).ToString());
        Assert.Equal("(2, 3)", Shape.Create([2, 3]).ToString());
        Assert.Equal("(None, 3)", Shape.Create([-1, 3]).ToString());
        Assert.Equal("<unknown>", Shape.Unknown.ToString());
    }

    [Fact]
    public void Equality_SameDimensions_AreEqual()
    {
        Shape a = [2, 3];
        Shape b = new long[] { 2, 3 };
        Shape c = new[] { 2, 3 };
        Assert.True(a == b && b == c && a.Equals(c) && a.GetHashCode() == c.GetHashCode());
        Assert.True(a != [3, 2]);
        Assert.True(Shape.Scalar != Shape.Unknown);
        Assert.True((Shape?)null == null && a != null);
    }

    [Fact]
    public void ElementCount_KnownAndUnknown_IsTheProductOrThrows()
    {
        Assert.Equal(1, Shape.Scalar.ElementCount);
        Assert.Equal(0, Shape.Create([5, 0]).ElementCount);
        Assert.Equal(6, Shape.Create([2, 3]).ElementCount);
        Assert.Contains("Size op", Assert.Throws<TfLbfgsException>(() => Shape.Create([-1, 2]).ElementCount).Message,
            StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => Shape.Unknown.ElementCount);
        Assert.Throws<OverflowException>(() => Shape.Create([long.MaxValue, 2]).ElementCount);
    }

    [Fact]
    public void Create_BelowMinusOne_Throws()
    {
        Assert.Throws<TfLbfgsException>(() => Shape.Create([-2]));
        Assert.Throws<ArgumentNullException>(() => (Shape)(long[])null!);
    }

    [Fact]
    public void IsCompatibleWith_UnknownDimensions_AgreeWithEverySize()
    {
        Assert.True(Shape.Create([-1, 3]).IsCompatibleWith([5, 3]));
        Assert.True(Shape.Unknown.IsCompatibleWith([5]));
        Assert.False(Shape.Create([2]).IsCompatibleWith([3]));
        Assert.False(Shape.Create([2]).IsCompatibleWith([2, 1]));
    }

    [Fact]
    public void Properties_OfAShape_AreConsistent()
    {
        Shape shape = [2, -1, 4];
        Assert.Equal(3, shape.Rank);
        Assert.Equal(4, shape[-1]);
        Assert.False(shape.IsFullyKnown);
        Assert.False(Shape.Unknown.HasRank);
        Assert.Equal(-1, Shape.Unknown.Rank);
        Assert.Equal([2, -1, 4], shape.ToArray());
    }
}
